// libmagic (man 3 libmagic) needs no shim: this header gives the module its one place to include it.
#pragma once

#include <magic.h>
