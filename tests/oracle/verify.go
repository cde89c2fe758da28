// SPDX-License-Identifier: MIT

// Verify root.pem, intermediate.pem and root.crl of a directory with
// crypto/x509 alone, at the posix second that is the second argument.
package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

func die(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

func block(dir, name, label string) []byte {
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		die("%v", err)
	}
	p, rest := pem.Decode(data)
	if p == nil || p.Type != label || len(bytes.TrimSpace(rest)) != 0 {
		die("%s: not one %s", name, label)
	}
	return p.Bytes
}

func certificate(dir, name string) *x509.Certificate {
	c, err := x509.ParseCertificate(block(dir, name, "CERTIFICATE"))
	if err != nil {
		die("%s: %v", name, err)
	}
	return c
}

func main() {
	dir := os.Args[1]
	second, err := strconv.ParseInt(os.Args[2], 10, 64)
	if err != nil {
		die("%v", err)
	}
	root := certificate(dir, "root.pem")
	sub := certificate(dir, "intermediate.pem")
	list, err := x509.ParseRevocationList(block(dir, "root.crl", "X509 CRL"))
	if err != nil {
		die("root.crl: %v", err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(root)
	_, err = sub.Verify(x509.VerifyOptions{
		Roots:       pool,
		CurrentTime: time.Unix(second, 0),
		KeyUsages:   []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		die("path: %v", err)
	}
	if err := list.CheckSignatureFrom(root); err != nil {
		die("root.crl: %v", err)
	}
	if list.Number == nil || len(list.AuthorityKeyId) == 0 {
		die("root.crl: no number or key identifier")
	}
	for _, r := range list.RevokedCertificates {
		if r.SerialNumber.Cmp(sub.SerialNumber) == 0 {
			die("intermediate.pem is revoked")
		}
	}
	if len(root.UnhandledCriticalExtensions) != 0 ||
		len(sub.UnhandledCriticalExtensions) != 0 {
		die("a critical extension is not understood")
	}
	if !root.IsCA || !sub.IsCA || root.KeyUsage&x509.KeyUsageCRLSign == 0 {
		die("not a CA")
	}
}
