// Linux system calls that Swift cannot call directly: they are variadic, newer than glibc, or made of macros.
//
// Only declarations and plain types here: feature macros in a header that Swift imports would make glibc's types look
// different from those of its own modules.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdint.h>
#include <sys/types.h>

#include "CLinuxSandbox.h"
#include "CLinuxTree.h"

#endif
