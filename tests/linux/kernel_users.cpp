// SPDX-License-Identifier: BSL-1.0
#include "daxhold/linux/kernel_users.hpp"

#include <doctest/doctest.h>

using namespace daxhold::on_linux;
using list = std::vector<std::string>;

TEST_CASE("the layers of an overlay") {
    CHECK(overlay_layers("rw,lowerdir=/a:/b,upperdir=/u,workdir=/w,uuid=on") ==
          list{"/a", "/b", "/u"});
    // Layers of data only, mounted one by one, colons and commas in paths, relative ones.
    CHECK(overlay_layers("ro,lowerdir=/a::/data") == list{"/a", "/data"});
    CHECK(overlay_layers("ro,lowerdir+=/a:b,datadir+=/data") == list{"/a:b", "/data"});
    CHECK(overlay_layers(R"(ro,lowerdir=/a\:b:/c\054d)") == list{"/a:b", "/c,d"});
    CHECK(overlay_layers("ro,lowerdir=l/X:l/Y") == list{"l/X", "l/Y"});
    CHECK(overlay_layers("rw,size=1").empty());
    CHECK(overlay_layers("").empty());
}

TEST_CASE("swap files, and no partitions") {
    CHECK(swap_files("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
                     "/dev/sda2                               partition\t1048572\t\t0\t\t-2\n"
                     "/swap\\040file                          file\t\t1048572\t\t0\t\t-3\n") ==
          list{"/swap file"});
    CHECK(swap_files("Filename Type\n").empty());
    CHECK(swap_files("").empty());
}

TEST_CASE("exported directories") {
    CHECK(nfs_exports("# Version 1.1\n# Path Client(Flags) # IPs\n"
                      "/srv/a\t*(rw,sync)\n/srv/b\\040c 10.0.0.0/8(ro)\n") ==
          list{"/srv/a", "/srv/b c"});
    CHECK(nfs_exports("").empty());
}

TEST_CASE("an overlay is all here only if each of its layers is") {
    overlay_mount overlay;
    overlay.layers_here = 2;
    CHECK(overlay.is_all_here());
    overlay.layers_elsewhere = 1;
    CHECK_FALSE(overlay.is_all_here());
    overlay.layers_elsewhere = 0;
    overlay.layers_unknown = 1;
    CHECK_FALSE(overlay.is_all_here());
}

TEST_CASE("a directory is used as a tree") {
    CHECK(kernel_user{kernel_use::overlay, "/", 1}.is_of_tree());
    CHECK(kernel_user{kernel_use::nfs_export, "/", 1}.is_of_tree());
    CHECK_FALSE(kernel_user{kernel_use::loop_device, "/dev/loop0", 1}.is_of_tree());
}

TEST_CASE("a filesystem that nothing lies on has no users inside of the kernel") {
    // procfs has no loop device, swap file or layer in it.
    struct stat status {};
    REQUIRE(::stat("/proc", &status) == 0);
    CHECK(find_kernel_users(status.st_dev).users.empty());
}
