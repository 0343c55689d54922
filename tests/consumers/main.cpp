// SPDX-License-Identifier: BSL-1.0
// A user's program, the same for each way in which the library can be had: it prints a verdict.
#ifndef DAXHOLD_HEADER
#    define DAXHOLD_HEADER <daxhold.hpp>
#endif
#include DAXHOLD_HEADER

#include <cstdio>

using namespace daxhold::tables;

enum class event : unsigned char { bytes_fail, device_goes };
enum class owner : unsigned char { a_file, nobody };

static constexpr auto record = table(when(owner::nobody) >> "pass over",
                                     when(event::device_goes) >> "tell every user", //
                                     otherwise >> "tell who maps the page");

int main(int count, char**) {
    const auto what = count > 1 ? event::bytes_fail : event::device_goes;
    std::printf("%d.%d.%d: %s\n", daxhold::version.major, daxhold::version.minor,
                daxhold::version.patch, decide<record>(known(what, owner::a_file)));
}
