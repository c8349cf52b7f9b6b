// A decoder that works in a thread of its own, ahead of whoever reads what it decodes.
#pragma once

#include <memory>

#include "libfilter/io/codec.hpp"
#include "libfilter/io/worker_thread.hpp"

namespace sluice {

// Takes the place of INNER: the same bytes, the same end, and the same failure behind the same bytes, but
// that the place it names may be that of a neighbouring piece. What INNER calls to read waits on INTERRUPT
// and lets its Interrupt::Raised through; it is called from the other thread, one call at a time. The
// destructor calls the thread back and waits for its end.
//
// The first bytes are decoded without a thread, and so is everything where none can be started. A thread
// takes what kAhead says besides the decoder's own memory.
std::unique_ptr<Decoder> decode_ahead(std::unique_ptr<Decoder> inner, const Interrupt& interrupt);

inline constexpr std::size_t kInline = 256 * 1024;
inline constexpr std::size_t kAhead = 256 * 1024;

}  // namespace sluice
