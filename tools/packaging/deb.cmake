# The Debian package, of what `make install` installs. `make deb` writes it into the build folder.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pgsluice)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR})
set(CPACK_STRIP_FILES ON)
# It packs what is built, and builds no tests for that.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)  # pgsluice_0.1.0_amd64.deb
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# Debian wants an address; nobody's stands here until whoever distributes the package says -D with theirs.
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "the pgsluice authors <nobody@pgsluice.invalid>" CACHE STRING "Of the Debian package")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Unix filters for PostgreSQL's SQL dumps
sanitize-rds makes a dump portable between Amazon RDS and other servers: it
takes out what the target refuses, and leaves every other byte as it is.
strip-tablespaces takes tablespaces out or renames them, pgrep-dump is grep
for dumps, pg-keepalive-connect connects, keeps connections alive and says
why there is none, pg-restore-stream runs a dump against a server, pipelined
and resumable.")

string(TIMESTAMP pgsluice_day "%a, %d %b %Y %H:%M:%S +0000" UTC)  # SOURCE_DATE_EPOCH sets it
file(READ ${PROJECT_SOURCE_DIR}/LICENSE pgsluice_licence)
string(REGEX REPLACE "^.*\n(Permission is)" "\\1" pgsluice_licence "${pgsluice_licence}")
string(STRIP "${pgsluice_licence}" pgsluice_licence)
string(REPLACE "\n\n" "\n.\n" pgsluice_licence "${pgsluice_licence}")
string(REPLACE "\n" "\n " pgsluice_licence "${pgsluice_licence}")
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in ${PROJECT_BINARY_DIR}/packaging/changelog @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/copyright.in ${PROJECT_BINARY_DIR}/packaging/copyright @ONLY)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/deb_files.cmake)
set(CPACK_PGSLUICE_FILES ${PROJECT_BINARY_DIR}/packaging)
include(CPack)
