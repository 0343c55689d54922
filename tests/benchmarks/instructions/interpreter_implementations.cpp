// SPDX-License-Identifier: BSL-1.0
#include "interpreter_interfaces.hpp"

namespace alternatives::with_virtual {

namespace {

class implementation final : public filesystem {
public:
    explicit implementation(sample_layout layout) : fs_{layout} {}
    bool is_born() const override { return fs_.is_born(); }
    bool has_rmap(sample_role device) const override { return fs_.has_rmap(device); }
    range device_range(sample_role device) const override { return fs_.device_range(device); }
    int for_each_record(sample_role device, range part, record_visitor& visitor) override {
        return fs_.for_each_mapping(device, part,
                                    [&visitor](const record& r) { return visitor.visit(r); });
    }
    int find_in_core(const record& r, sample_inode** found) override {
        return fs_.find_in_core(r, found);
    }
    bool is_dax(const sample_inode& i) const override { return fs_.is_dax(i); }
    int freeze() override { return fs_.freeze(); }
    int thaw() override { return fs_.thaw(); }
    int thaw_user() override { return fs_.thaw_user(); }
    int sync() override { return fs_.sync(); }
    int begin_walk() override { return fs_.begin_walk(); }
    int report_media_event(sample_role device, range part) override {
        return fs_.report_media_event(device, part);
    }
    int unmap_range(sample_role device, range part) override {
        return fs_.unmap_range(device, part);
    }
    int shut_down(sample_shutdown reason) override { return fs_.shut_down(reason); }
    int kill_users(sample_inode& i, range file, sample_users who, sample_poison pages) override {
        return fs_.kill_users(i, file, who, pages);
    }
    int invalidate(sample_inode& i, range file) override { return fs_.invalidate(i, file); }
    int report_data_lost(sample_inode& i, range file) override {
        return fs_.report_data_lost(i, file);
    }

private:
    sample_filesystem fs_;
};

template <class Decisions>
class policy_of final : public policy {
public:
    const verdict& gate(const event& e, filesystem& fs) const override {
        return Decisions::gate(e, fs);
    }
    const verdict& record(record_context<filesystem>& c) const override {
        return Decisions::record(c);
    }
    const verdict& end(const event& e, walk_outcome walk) const override {
        return Decisions::end(e, walk);
    }
};

} // namespace

std::unique_ptr<filesystem> make_filesystem(sample_layout layout) {
    return std::make_unique<implementation>(layout);
}

std::unique_ptr<policy> make_policy(sample_policy which) {
    if (which == POLICY_XFS_LINUX_6_8)
        return std::make_unique<policy_of<xfs_linux_6_8_decisions>>();
    return std::make_unique<policy_of<recommended_decisions>>();
}

} // namespace alternatives::with_virtual
