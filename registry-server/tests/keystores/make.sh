#!/bin/sh
# Makes the keystores of this folder anew with what makes them in the field: keytool of Java 17 and openssl 3. They hold an
# authority, a server that it has issued (ECDSA) and one that signed itself (RSA), and are for tests alone: their passwords are
# `changeit`, and `keypass1` where a key has one of its own.
set -eu
cd "$(dirname "$0")"
rm -f ./*.jks ./*.jceks ./*.p12 ./*.pem
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
days=36500

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days $days -subj "/CN=Test authority" \
    -keyout "$work/authority.key" -out trust.pem
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" \
    -keyout "$work/pkcs8.key" -out "$work/server.csr"
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n' > "$work/extensions"
openssl x509 -req -in "$work/server.csr" -CA trust.pem -CAkey "$work/authority.key" -days $days \
    -extfile "$work/extensions" -out "$work/server.pem"
cat "$work/server.pem" trust.pem > chain.pem

# Texts: each format of keys, some with their chain.
cat "$work/pkcs8.key" chain.pem > pkcs8.pem
cp "$work/pkcs8.key" key-alone.pem
openssl ec -in "$work/pkcs8.key" -out "$work/sec1.key"
cat chain.pem "$work/sec1.key" > sec1.pem
openssl pkcs8 -topk8 -in "$work/pkcs8.key" -v2 aes256 -passout pass:keypass1 -out "$work/aes.key"
cat "$work/aes.key" chain.pem > encrypted-aes.pem
openssl pkcs8 -topk8 -in "$work/pkcs8.key" -v2 des3 -passout pass:keypass1 -out "$work/des3.key"
cat "$work/des3.key" chain.pem > encrypted-des3.pem
openssl ec -in "$work/pkcs8.key" -aes256 -passout pass:keypass1 -out "$work/old.key"
cat "$work/old.key" chain.pem > encrypted-old.pem
openssl req -x509 -newkey rsa:2048 -nodes -days $days -subj "/CN=localhost" -addext "subjectAltName=DNS:localhost" \
    -keyout "$work/rsa.key" -out "$work/rsa.pem"
openssl rsa -in "$work/rsa.key" -traditional -out "$work/pkcs1.key"
cat "$work/pkcs1.key" "$work/rsa.pem" > pkcs1.pem

# Keystores of openssl, with the algorithms of today and of before version 3.
openssl pkcs12 -export -in chain.pem -inkey "$work/pkcs8.key" -name server -passout pass:changeit -out openssl.p12
openssl pkcs12 -export -legacy -in chain.pem -inkey "$work/pkcs8.key" -name server -passout pass:changeit -out legacy.p12
openssl pkcs12 -export -nokeys -in trust.pem -passout pass:changeit -out trust-openssl.p12

# Keystores of Java.
keytool -importkeystore -noprompt -srckeystore openssl.p12 -srcstorepass changeit -destkeystore java.p12 -deststorepass changeit
keytool -importkeystore -noprompt -srckeystore openssl.p12 -srcstorepass changeit -destkeystore java.jks \
    -deststoretype JKS -deststorepass changeit -destkeypass keypass1 -srcalias server
keytool -importcert -noprompt -alias authority -file trust.pem -keystore trust.p12 -storepass changeit
keytool -importcert -noprompt -alias authority -file trust.pem -keystore trust.jks -storetype JKS -storepass changeit
keytool -importcert -noprompt -alias authority -file trust.pem -keystore trust.jceks -storetype JCEKS -storepass changeit
