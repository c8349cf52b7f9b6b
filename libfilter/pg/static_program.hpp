// What a static program must settle before it asks the system for a name or begins TLS.
//
// A static glibc obeys the machine's /etc/nsswitch.conf by loading modules made for another glibc, and
// OpenSSL obeys the machine's openssl.cnf by loading providers and engines made for another OpenSSL: either
// ends in a crash (seen: SIGSEGV, SIGFPE, SIGABRT). So a static program looks names up in /etc/hosts and by
// DNS, accounts in /etc/passwd and /etc/group, and reads no openssl.cnf. What it gives up: names that only
// mDNS, LDAP, NIS or systemd know, accounts of a directory, and a machine's policy for TLS.
#pragma once

namespace sluice {

// Once, at the beginning of main, before there is a second thread. Does nothing in a program that is linked
// with shared libraries (no PGSLUICE_STATIC): there all of this is the machine's to decide. Throws Failure.
void settle_static_program();

}  // namespace sluice
