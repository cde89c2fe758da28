/* SPDX-License-Identifier: MIT */
/* Stands in for tachiai-hsm in tests of the launcher. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/world/msg.h"

int
main(int argc, char **argv)
{
	struct msg m;
	struct err e;

	/* As a module that is not there would. */
	if (argc == 3 && strcmp(argv[2], "/nonexistent.so") == 0)
		return 3;
	while (msg_read(MSG_FD, &m, &e) == 1) {
		struct json *j = json_new_obj();
		struct buf bytes = BUF_INIT;
		const char *how = json_get_str(m.json, "how");
		int64_t n = json_get_int(m.json, "count", 0);

		if (how != NULL && strcmp(how, "die") == 0)
			_exit(5);
		if (how != NULL && strcmp(how, "form") == 0) {
			(void)!write(MSG_FD, "rubbish-rubbish-", 16);
			json_free(j);
			continue;
		}
		for (int64_t i = 0; i < n; i++)
			buf_byte(&bytes, (uint8_t)i);
		json_set_str(j, "epoch", "seven");
		if (msg_answer(MSG_FD, &m, j, bytes.data, bytes.len, &e) == -1)
			return 1;
		buf_free(&bytes);
		msg_fini(&m);
	}
	return 0;
}
