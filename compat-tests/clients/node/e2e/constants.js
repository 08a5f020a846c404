'use strict';
// The specification's settings, with our server's address.

exports.clientConfig = {
  baseURLs: [process.env.REGISTRY_URL],
  createAxiosDefaults: { timeout: 10000 },
  isForward: false,
  cacheCapacity: 512,
  cacheLatestTtlSecs: 60,
};
