# Run by CPack on the staged files, before they become a package: what Debian's policy wants beside what
# `make install` installs. Manual pages and changelog compressed, without a time in them (12.1, 12.7); the licence (12.5).
set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share)
set(doc ${share}/doc/${CPACK_PACKAGE_NAME})
file(INSTALL ${CPACK_PGSLUICE_FILES}/changelog ${CPACK_PGSLUICE_FILES}/copyright DESTINATION ${doc}
     DIRECTORY_PERMISSIONS ${CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
file(GLOB_RECURSE pages ${share}/man/*)
execute_process(COMMAND gzip -9n ${pages} ${doc}/changelog COMMAND_ERROR_IS_FATAL ANY)
