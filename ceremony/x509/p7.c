/* SPDX-License-Identifier: MIT */
/*
 * PKCS#7 with certificates only (RFC 2315 9.1: SignedData that nobody
 * signed), the form in which most issuing CAs import a chain.  The same
 * certificates always give the same bytes.
 */
#include "ceremony/x509/part.h"

int
p7_build(const struct span *cert, size_t n, struct buf *der, struct err *e)
{
	struct buf list = BUF_INIT, data = BUF_INIT, inner = BUF_INIT,
		   signed_data = BUF_INIT, outer = BUF_INIT;
	struct cert c;
	int ret = -1;

	for (size_t i = 0; i < n; i++) {
		if (cert_parse(cert[i], CERT_WHOLE, &c, e) != 0)
			goto out;
		buf_add(&list, cert[i].p, cert[i].len);
	}
	der_put_int(&data, DER_INT, 1);
	der_put(&data, DER_SET, NULL, 0); /* digestAlgorithms */
	(void)der_put_oid(&inner, "1.2.840.113549.1.7.1");
	der_put_buf(&data, DER_SEQ, &inner);
	if (n > 0)
		der_put_buf(&data, DER_CTXC(0), &list);
	der_put(&data, DER_SET, NULL, 0); /* signerInfos */
	der_put_buf(&signed_data, DER_SEQ, &data);
	(void)der_put_oid(&outer, "1.2.840.113549.1.7.2");
	der_put_buf(&outer, DER_CTXC(0), &signed_data);
	der_put_buf(der, DER_SEQ, &outer);
	ret = 0;
out:
	buf_free(&outer);
	buf_free(&signed_data);
	buf_free(&inner);
	buf_free(&data);
	buf_free(&list);
	return ret;
}
