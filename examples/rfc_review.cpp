// SPDX-License-Identifier: BSL-1.0
// Reviews the seed patch, "[RFC PATCH] mm, pmem, xfs: Introduce MF_MEM_REMOVE for unbind", as a
// maintainer would: Markdown that one could send as a reply. Every table in it is computed, and the
// C at its end is made from one of them.

#include <daxhold/laws.hpp>
#include <daxhold/releases.hpp>
#include <daxhold/render/matrix.hpp>
#include <daxhold/render/xfs_in_c.hpp>
#include <daxhold/tables/markdown.hpp>

#include <fmt/format.h>

namespace {

using namespace daxhold;
using namespace daxhold::releases;

using before = xfs_v12;
using patch = xfs_seed_as_posted;
using message = xfs_seed_as_intended;

template <class... Policies>
std::string laws_of() {
    return render::markdown::matrix(laws::shipped, boost::hana::tuple_t<Policies...>);
}

void say(std::string_view heading, std::string_view text, const std::string& shown) {
    fmt::print("## {}\n\n{}\n\n{}\n", heading, text, shown);
}

} // namespace

int main() {
    fmt::print("# Re: [RFC PATCH] mm, pmem, xfs: Introduce MF_MEM_REMOVE for unbind\n\n"
               "The message says that a removal must not shut the filesystem down where metadata "
               "lies in the range, so that all files and processes are handled. The condition in "
               "`xfs_dax_failure_fn` says something else: it shuts down unless the event is a "
               "removal *and* the record is file data.\n\n");
    say("Before the patch", "What v12 decides for a record of the reverse mapping:",
        tables::markdown::table<before::record>());
    say("With the patch",
        "The same, with the condition as posted:", tables::markdown::table<patch::record>());
    say("What changes for a record", "",
        tables::markdown::difference<before::record, patch::record>());
    say("What changes at the gate", "Only the log of a device that is removed:",
        tables::markdown::difference<before::gate, patch::gate>());
    say("Why one bad page of a file shuts the filesystem down",
        "A corruption of file data that a process maps, which v12 survives:",
        tables::markdown::explanation<patch::record>(explain<patch::record>(
            known(cause::corruption, owner::file_data, inode::in_core, mapping::dax))));
    say("What the message asks for", "From the patch as posted to what its message says:",
        tables::markdown::difference<patch::record, message::record>());
    say("What Linux made of it", "From what the message says to Linux 6.8, for a record:",
        tables::markdown::difference<message::record, xfs_linux_6_8::record>());
    say("Laws",
        "What each of them keeps, with a case that breaks it; `recommended` is what we would do:",
        laws_of<before, patch, message, xfs_linux_6_8, xfs_linux_7_2, recommended>());
    say("The condition, mended",
        "What the message says of a record, as C that does what its table says in every cell; `f` "
        "is the event, `p` the part of its range that the record owns:",
        "```c\n" + render::c::function<message>(stage::record, render::c::xfs_seed()) + "```\n");
}
