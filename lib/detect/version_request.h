/* version_request.h - adds to the fact `python`: one thing that asks for a version of
 * Python.
 *
 * Each function returns 0, or -1 after a diagnostic: python.version (no version of
 * CPython), python.old (one that cog does not run any more), python.specifier. What says
 * nothing that holds for an image, as "latest" or "system", is a warning, python.ignored.
 */
#ifndef COG_DETECT_VERSION_REQUEST_H
#define COG_DETECT_VERSION_REQUEST_H

#include "detect/detect.h"

/* A version as pyenv, uv, mise and asdf take it: 3.12, 3.12.4, 3.12.x, 3, cpython@3.12,
 * python-3.12, prefix:3.12, latest:3.12; or the like of >=3.12. */
int cog_version_request_version(const struct cog_scan *scan, const char *text,
                                struct cog_pos at);

/* A specifier of PEP 440, as of requires-python; an empty one asks for nothing. */
int cog_version_request_range(const struct cog_scan *scan, const char *specifier,
                              struct cog_pos at);

/* A constraint of Poetry's, as ^3.10; a union is only ignored, because PEP 440 has none. */
int cog_version_request_constraint(const struct cog_scan *scan, const char *constraint,
                                   struct cog_pos at);

/* Files for version managers. */
int cog_version_request_version_file(const struct cog_scan *scan); /* .python-version */
int cog_version_request_tool_versions(const struct cog_scan *scan);
int cog_version_request_runtime(const struct cog_scan *scan); /* runtime.txt */

/* Tables. */
int cog_version_request_mise(const struct cog_scan *scan);
int cog_version_request_pyproject(const struct cog_scan *scan);
int cog_version_request_pipfile(const struct cog_scan *scan);

#endif
