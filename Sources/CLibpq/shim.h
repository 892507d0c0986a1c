// The C client library of PostgreSQL, as it is: no logic here, only names for what the Swift importer cannot see.
// https://www.postgresql.org/docs/current/libpq.html
#ifndef MEDIAD_CLIBPQ_SHIM_H
#define MEDIAD_CLIBPQ_SHIM_H

#include <libpq-fe.h>

#endif
