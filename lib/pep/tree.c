/* tree.c - a marker as a tree: its text, and its end. */
#include "pep/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "pep/literal.h"

bool cog_operand_is_list(const struct cog_operand *operand)
{
    return strcmp(operand->text, "extras") == 0 ||
           strcmp(operand->text, "dependency_groups") == 0;
}

static void write_operand(FILE *out, const struct cog_operand *operand)
{
    if (operand->variable)
        (void)fputs(operand->text, out);
    else
        cog_literal_write(out, operand->text);
}

static void write_marker(FILE *out, const struct cog_marker *marker)
{
    if (marker->kind == COG_COMPARISON) {
        write_operand(out, &marker->left);
        (void)fprintf(out, " %s ", marker->op);
        write_operand(out, &marker->right);
    }
    for (const struct cog_marker *item = marker->first; item; item = item->next) {
        if (item != marker->first)
            (void)fputs(marker->kind == COG_ALL ? " and " : " or ", out);
        (void)fputs(item->group ? "(" : "", out);
        write_marker(out, item);
        (void)fputs(item->group ? ")" : "", out);
    }
}

char *cog_marker_text(const struct cog_marker *marker)
{
    char *text;
    size_t size;
    FILE *out = cog_text_open(&text, &size);

    write_marker(out, marker);
    cog_text_close(out, &text);
    return text;
}

void cog_marker_free(struct cog_marker *marker)
{
    if (!marker)
        return;
    cog_marker_free_all(marker->first);
    free(marker->left.text);
    free(marker->right.text);
    free(marker);
}

void cog_marker_free_all(struct cog_marker *marker)
{
    while (marker) {
        struct cog_marker *next = marker->next;
        cog_marker_free(marker);
        marker = next;
    }
}
