/* SPDX-License-Identifier: MIT */
/* All of ceremony/x509: keys, names, certificates, requests, lists. */
#ifndef TACHIAI_X509_H
#define TACHIAI_X509_H

#include "ceremony/x509/cert.h"
#include "ceremony/x509/crl.h"
#include "ceremony/x509/csr.h"
#include "ceremony/x509/der.h"
#include "ceremony/x509/key.h"
#include "ceremony/x509/keyq.h"
#include "ceremony/x509/name.h"
#include "ceremony/x509/review.h"

#endif
