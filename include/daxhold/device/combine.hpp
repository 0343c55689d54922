// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/result.hpp"

namespace daxhold {

/// One answer for two who were told of one event, in the order in which they were told.
///
/// - -ENXIO says "not concerned" and counts for nothing, as long as anybody was concerned; it is
///   also what comes of nobody at all, so it is where a sum of answers starts.
/// - The first error that is neither -ENXIO nor -EOPNOTSUPP wins: it is what went wrong, and
///   memory_failure() must not take its generic path over what a filesystem shut itself down for.
/// - Else -EOPNOTSUPP, if anybody said so: the generic path then tells those nobody has told. It
///   may tell some users twice; being told twice is better than never.
/// - Else 0: everybody concerned has handled it.
///
/// It is a monoid: associative, with -ENXIO as its neutral element. So it does not matter in how
/// many layers the answers are summed up. Everybody is always told before answers are summed up:
/// an error of one is no reason to keep the event from another.
[[nodiscard, gnu::DAXHOLD_INLINED]] constexpr result combine(result first, result second) noexcept {
    if (first == no_such_device)
        return second;
    if (second == no_such_device)
        return first;
    if (!first.ok() && first != unsupported_operation)
        return first;
    if (!second.ok() && second != unsupported_operation)
        return second;
    return first.ok() ? second : first;
}

} // namespace daxhold
