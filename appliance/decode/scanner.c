/* SPDX-License-Identifier: MIT */
/*
 * zbar's image scanner, alone: QR codes only, bytes as they are, no cache
 * (with its cache on, one code of a set ends the process).
 *
 * zbar is linked as an archive.  What it would ask of the world stands here
 * and gives nothing: a message bus, which nobody tells it to use, and
 * conversions of character sets, which the C library would load from files.
 * So no library of windows, cameras or buses is in the process that parses
 * what comes from outside.
 */
#include "appliance/decode/scanner.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

zbar_image_scanner_t *
scanner_new(int density)
{
	zbar_image_scanner_t *z = zbar_image_scanner_create();

	zbar_image_scanner_enable_cache(z, 0);
	zbar_image_scanner_set_config(z, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(z, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	zbar_image_scanner_set_config(z, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
	zbar_image_scanner_set_config(
	    z, ZBAR_NONE, ZBAR_CFG_X_DENSITY, density);
	zbar_image_scanner_set_config(
	    z, ZBAR_NONE, ZBAR_CFG_Y_DENSITY, density);
	return z;
}

iconv_t scanner_iconv_open(const char *to, const char *from);
size_t scanner_iconv(
    iconv_t cd, char **in, size_t *in_left, char **out, size_t *out_left);
int scanner_iconv_close(iconv_t cd);

iconv_t
scanner_iconv_open(const char *to, const char *from)
{
	(void)to;
	(void)from;
	errno = EINVAL;
	return (iconv_t)-1;
}

size_t
scanner_iconv(
    iconv_t cd, char **in, size_t *in_left, char **out, size_t *out_left)
{
	(void)cd;
	(void)in;
	(void)in_left;
	(void)out;
	(void)out_left;
	errno = EBADF;
	return (size_t)-1;
}

int
scanner_iconv_close(iconv_t cd)
{
	(void)cd;
	return 0;
}

#define NO_BUS(name)     \
	void name(void); \
	void name(void)  \
	{                \
		abort(); \
	}

NO_BUS(dbus_bus_get)
NO_BUS(dbus_bus_release_name)
NO_BUS(dbus_bus_request_name)
NO_BUS(dbus_connection_flush)
NO_BUS(dbus_connection_send)
NO_BUS(dbus_error_free)
NO_BUS(dbus_error_init)
NO_BUS(dbus_error_is_set)
NO_BUS(dbus_message_iter_append_basic)
NO_BUS(dbus_message_iter_append_fixed_array)
NO_BUS(dbus_message_iter_close_container)
NO_BUS(dbus_message_iter_init_append)
NO_BUS(dbus_message_iter_open_container)
NO_BUS(dbus_message_new_signal)
NO_BUS(dbus_message_unref)
