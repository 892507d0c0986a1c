// libxml2's parser (https://gnome.pages.gitlab.gnome.org/libxml2/devhelp/libxml2-parser.html).
#pragma once

// Debian builds libxml2 with ICU, whose headers it then pulls in; Foundation has ICU headers of its own, and both at a time do not
// compile. Only the inside of xmlCharEncodingHandler depends on it, which nobody here looks at.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
