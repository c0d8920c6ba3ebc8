(component
  (type $stream (resource (rep i32)))
  (instance $streams (export "stream" (type $stream)))
  (export "acme:io/streams@1.0.0" (instance $streams)))
