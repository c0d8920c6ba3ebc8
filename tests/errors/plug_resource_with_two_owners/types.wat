(component
  (import "raw" (instance $raw (export "stream" (type (sub resource)))))
  (export "acme:io/streams@1.0.0" (instance $raw)))
