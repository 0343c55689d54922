// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/sources.hpp"

/// \file
/// A step of a row, done by the filesystem: its member function is called with what the step is
/// done to, which the source of the row's table knows, and with the step's own arguments.

namespace daxhold::detail {

/// The source of the event, in the source of a later table.
template <class Source>
[[nodiscard, gnu::DAXHOLD_INLINED]] constexpr const auto& event_of(const Source& source) {
    if constexpr (requires { source.event.fs; })
        return source.event;
    else
        return source;
}

template <operation What, class Source, class Step, class... Arguments, std::size_t... Place>
[[gnu::DAXHOLD_INLINED]] constexpr result call(Source& source, const Step& s,
                                               void (* /*signature*/)(Arguments...),
                                               std::index_sequence<Place...>) {
    using traits = operation_traits<What>;
    auto& fs = event_of(source).fs;
    if constexpr (traits::about == subject::inode) {
        // Without the inode there is no handle to hand over.
        if (const auto found = source.look_up(); !found.ok())
            return found;
        return traits::call(fs, source.handle, source.file(),
                            s.template argument<Arguments>(Place)...);
    } else if constexpr (traits::about == subject::range) {
        return traits::call(fs, event_of(source).device(), event_of(source).part(),
                            s.template argument<Arguments>(Place)...);
    } else {
        return traits::call(fs, s.template argument<Arguments>(Place)...);
    }
}

template <class... Arguments>
std::index_sequence_for<Arguments...> places_of(void (*)(Arguments...));

/// Does a step of a row. What is noted for later is nothing to the filesystem.
template <auto const& Table, std::size_t Row, std::size_t Step, class Source>
[[gnu::DAXHOLD_INLINED]] constexpr result do_step(Source& source) {
    constexpr const auto& s = Table.actions[Row].steps[Step];
    auto& fs = event_of(source).fs;
    if constexpr (s.what == operation::note_shutdown) {
        return {};
    } else if constexpr (s.what != operation::own) {
        constexpr typename operation_traits<s.what>::signature* signature = nullptr;
        return call<s.what>(source, s, signature, decltype(places_of(signature)){});
    } else if constexpr (requires { fs.perform(s.own, source.record, source.part()); }) {
        return fs.perform(s.own, source.record, source.part());
    } else {
        return fs.perform(s.own);
    }
}

} // namespace daxhold::detail
