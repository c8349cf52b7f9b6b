#include "libfilter/lex/encoding.hpp"

#include <doctest/doctest.h>

namespace sluice {

TEST_CASE("an encoding is known by its name, whatever its case and punctuation") {
  CHECK(bare_encoding_name("'Shift_JIS-2004'") == "shiftjis2004");
  CHECK(bare_encoding_name("") == "");
  CHECK(bare_encoding_name("latin\xc3\xa9 1") == "latin1");
  CHECK(encoding_by_name("Shift_JIS_2004") == Encoding::sjis);
  CHECK(encoding_by_name("'gbk'") == Encoding::gbk);
  CHECK(encoding_by_name("windows-949") == Encoding::uhc);
  CHECK(encoding_by_name("EUC_JP") == Encoding::safe);
  CHECK(encoding_by_name("") == Encoding::safe);
}

TEST_CASE("a character's length is its lead byte's") {
  CHECK(trail_bytes('\x81', Encoding::safe) == 0);
  CHECK(trail_bytes('a', Encoding::sjis) == 0);
  CHECK(trail_bytes('\xb1', Encoding::sjis) == 0);  // half-width kana
  CHECK(trail_bytes('\x83', Encoding::sjis) == 1);
  CHECK(trail_bytes('\xe0', Encoding::sjis) == 1);
  CHECK(trail_bytes('\xb1', Encoding::big5) == 1);
  CHECK(trail_bytes('\x8f', Encoding::johab) == 2);
  CHECK(trail_bytes('\x8f', Encoding::uhc) == 1);
}

}  // namespace sluice
