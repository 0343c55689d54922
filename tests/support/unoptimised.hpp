// SPDX-License-Identifier: BSL-1.0
#pragma once

// Included before everything else. What is always inlined is compiled anew for each of its callers,
// with each check of a sanitizer, and where nothing is optimised nothing is gained by that: half of
// the time and memory of a compilation went there. What is measured and what is compared with C is
// optimised.
#ifndef __OPTIMIZE__
#    define always_inline unused
#endif
