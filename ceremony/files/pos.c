/* SPDX-License-Identifier: MIT */
/*
 * Where values stood in their file.  Lives beside the canonical form, never
 * in it.
 */
#include <stdlib.h>
#include <string.h>

#include "ceremony/files/parse.h"

struct place {
	char *path;
	int line, column;
};

struct files_pos {
	struct place *place;
	size_t n, room;
};

struct files_pos *
files_pos_new(void)
{
	return xcalloc(1, sizeof(struct files_pos));
}

void
files_pos_free(struct files_pos *pos)
{
	if (pos == NULL)
		return;
	for (size_t i = 0; i < pos->n; i++)
		free(pos->place[i].path);
	free(pos->place);
	free(pos);
}

void
files_pos_add(struct files_pos *pos, const char *path, int line, int column)
{
	if (pos->n == pos->room) {
		pos->room = pos->room != 0 ? pos->room * 2 : 64;
		pos->place =
		    xreallocarray(pos->place, pos->room, sizeof(*pos->place));
	}
	pos->place[pos->n++] = (struct place){ xstrdup(path), line, column };
}

void
files_pos_find(
    const struct files_pos *pos, const char *path, int *line, int *column)
{
	size_t len = strlen(path);

	*line = 1;
	*column = 1;
	while (len > 0) {
		/* The last place of a path is its value's, not its key's. */
		for (size_t i = pos->n; i-- > 0;) {
			const struct place *p = &pos->place[i];

			if (strncmp(p->path, path, len) != 0 ||
			    p->path[len] != '\0')
				continue;
			*line = p->line;
			*column = p->column;
			return;
		}
		do
			len--;
		while (len > 0 && path[len] != '.' && path[len] != '[');
	}
}
