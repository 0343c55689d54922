// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "interpreter.hpp"

#include <memory>
#include <utility>

/// The interfaces of the version with virtual functions. Who implements them is in a translation
/// unit of its own, as it is where an interface is of use.
namespace alternatives::with_virtual {

struct record_visitor {
    virtual bool visit(const record& r) = 0;

protected:
    ~record_visitor() = default;
};

class filesystem {
public:
    virtual ~filesystem() = default;
    virtual bool is_born() const = 0;
    virtual bool has_rmap(sample_role device) const = 0;
    virtual range device_range(sample_role device) const = 0;
    virtual int for_each_record(sample_role device, range part, record_visitor& visitor) = 0;
    virtual int find_in_core(const record& r, sample_inode** found) = 0;
    virtual bool is_dax(const sample_inode& i) const = 0;
    virtual int freeze() = 0;
    virtual int thaw() = 0;
    virtual int thaw_user() = 0;
    virtual int sync() = 0;
    virtual int begin_walk() = 0;
    virtual int report_media_event(sample_role device, range part) = 0;
    virtual int unmap_range(sample_role device, range part) = 0;
    virtual int shut_down(sample_shutdown reason) = 0;
    virtual int kill_users(sample_inode& i, range file, sample_users who, sample_poison pages) = 0;
    virtual int invalidate(sample_inode& i, range file) = 0;
    virtual int report_data_lost(sample_inode& i, range file) = 0;

    template <class Visitor>
    int for_each_mapping(sample_role device, range part, Visitor visit) {
        struct adapter final : record_visitor {
            explicit adapter(Visitor the_visitor) : to{std::move(the_visitor)} {}
            bool visit(const record& r) override { return to(r); }
            Visitor to;
        };
        adapter a{std::move(visit)};
        return for_each_record(device, part, a);
    }
};

class policy {
public:
    virtual ~policy() = default;
    virtual const verdict& gate(const event& e, filesystem& fs) const = 0;
    virtual const verdict& record(record_context<filesystem>& c) const = 0;
    virtual const verdict& end(const event& e, walk_outcome walk) const = 0;
};

class holder {
public:
    virtual ~holder() = default;
    virtual int notify_failure(range where, unsigned flags) = 0;
};

std::unique_ptr<filesystem> make_filesystem(sample_layout layout);
std::unique_ptr<policy> make_policy(sample_policy which);

} // namespace alternatives::with_virtual
