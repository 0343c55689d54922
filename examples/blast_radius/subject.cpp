// SPDX-License-Identifier: BSL-1.0
#include "subject.hpp"

#include "names.hpp"

#include <daxhold/testing/mock_filesystem.hpp>

#include <fcntl.h>
#include <sys/stat.h>

namespace blast_radius {

namespace {

class mounted_subject final : public subject {
public:
    explicit mounted_subject(const std::string& where)
        : mount_{mount::open(where)}, reader_{mount_} {
        // Before the processes are looked through: whether it can be asked at all.
        reader_.for_each({0, 1}, [](const fsmap_record&) {});
        users_ = find_users(mount_.device());
        path = mount_.path();
        source = mount_.entry().source;
        type = mount_.entry().type;
        size = mount_.device_size().value_or(0);
        dax = mount_.dax();
        owners = owners_of(mount_);
        has_reverse_mapping = true;
        processes_denied = users_.denied();
        if (const auto& geometry = mount_.geometry()) {
            has_reverse_mapping = geometry->reverse_mapping;
            if (size == 0)
                size = geometry->size();
            if (!geometry->internal_log)
                log_size = geometry->log_blocks * geometry->block_size;
            if (geometry->realtime_start == 0)
                realtime_size = geometry->realtime_blocks * geometry->block_size;
            if (geometry->allocation_groups > 1)
                group_size = std::uint64_t{geometry->group_blocks} * geometry->block_size;
        }
    }

    void for_each(daxhold::byte_range range, const record_visitor& visit) override {
        reader_.for_each(range, [&](const fsmap_record& record) -> bool { return visit(record); });
    }

    [[nodiscard]] bool in_core(std::uint64_t inode) const override { return users_.in_core(inode); }

    [[nodiscard]] bool is_dax(std::uint64_t inode) const override {
        if (dax != dax_use::some_files)
            return true;
        struct statx attributes {};
        const std::string seen{users_.path(inode)};
        if (seen.empty() ||
            ::statx(AT_FDCWD, seen.c_str(), AT_STATX_DONT_SYNC, STATX_INO, &attributes) != 0 ||
            attributes.stx_ino != inode)
            return true;
        return (attributes.stx_attributes & attributes.stx_attributes_mask & STATX_ATTR_DAX) != 0;
    }

    void for_each_user(std::uint64_t inode,
                       const std::function<void(const file_user&)>& visit) const override {
        for (const auto& m : users_.mappings_of(inode))
            visit({m.process, m.file_range});
    }

    [[nodiscard]] std::string command(pid_t process) const override {
        return std::string{users_.command(process)};
    }

    void name(std::map<std::uint64_t, std::string>& inodes) const override {
        std::vector<std::uint64_t> wanted;
        for (const auto& entry : inodes)
            wanted.push_back(entry.first);
        for (auto& [inode, found] : find_names(mount_, wanted).paths)
            inodes[inode] = found;
    }

private:
    mount mount_;
    fsmap_reader reader_;
    users users_;
};

class mock_subject final : public subject {
public:
    mock_subject() {
        path = "(mock)";
        source = "daxhold::testing::populated()";
        type = "mock";
        size = mock_.data_device.length();
        dax = dax_use::all_files;
        has_reverse_mapping = true;
        is_mock = true;
    }

    void for_each(daxhold::byte_range range, const record_visitor& visit) override {
        auto copy = mock_;
        static_cast<void>(copy.for_each_mapping(
            daxhold::role::data, range, [&](const daxhold::rmap_record& record) {
                fsmap_record same{.physical = record.extent,
                                  .owner = record.inode_number,
                                  .file_offset = record.file_offset,
                                  .device = 0,
                                  .flags = 0,
                                  .kind = kind_of(record.owner)};
                if (record.sharing == daxhold::sharing::shared)
                    same.flags |= FMR_OF_SHARED;
                return visit(same);
            }));
    }

    [[nodiscard]] bool in_core(std::uint64_t inode) const override {
        return mock_.at(inode).state == daxhold::inode::in_core;
    }

    [[nodiscard]] bool is_dax(std::uint64_t inode) const override {
        return mock_.at(inode).access == daxhold::mapping::dax;
    }

    void for_each_user(std::uint64_t inode,
                       const std::function<void(const file_user&)>& visit) const override {
        for (unsigned i = 0; i != mock_.at(inode).mappers; ++i)
            visit({static_cast<pid_t>(1000 + 10 * (inode % 100) + i), whole_file});
    }

    [[nodiscard]] std::string command(pid_t /*process*/) const override { return "mock-process"; }

    void name(std::map<std::uint64_t, std::string>& inodes) const override {
        using namespace daxhold::testing;
        for (auto& [inode, found] : inodes)
            found = inode == plain        ? "plain"
                    : inode == sharer     ? "sharer"
                    : inode == idle       ? "idle"
                    : inode == buffered   ? "buffered"
                    : inode == reclaimed  ? "reclaimed"
                    : inode == fragmented ? "fragmented"
                                          : "";
    }

private:
    static constexpr daxhold::byte_range whole_file = daxhold::byte_range::whole_device();

    static owner_kind kind_of(daxhold::owner owner) {
        switch (owner) {
        case daxhold::owner::file_data:
            return owner_kind::inode_data;
        case daxhold::owner::attribute_fork:
            return owner_kind::attribute_fork;
        case daxhold::owner::bmbt:
            return owner_kind::extent_map;
        case daxhold::owner::metadata:
            return owner_kind::other_metadata;
        case daxhold::owner::log:
            return owner_kind::log;
        case daxhold::owner::cow_staging:
            return owner_kind::cow_staging;
        case daxhold::owner::unknown:
            break;
        }
        return owner_kind::unknown;
    }

    daxhold::testing::mock_filesystem mock_ =
        daxhold::testing::populated<daxhold::testing::mock_filesystem>();
};

} // namespace

std::unique_ptr<subject> open_mount(const std::string& path) {
    return std::make_unique<mounted_subject>(path);
}

std::unique_ptr<subject> open_mock() { return std::make_unique<mock_subject>(); }

} // namespace blast_radius
