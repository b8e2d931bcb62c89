/** Where a directive may stand: http, server, location, upstream, and `if` within a location. */
export type Context = "main" | "events" | "http" | "server" | "location" | "upstream";

const words = (text: string): string[] => text.trim().split(/\s+/);

/** The directives of nginx 1.28's standard modules by where they may stand: https://nginx.org/en/docs/dirindex.html */
const everywhere = words(`
  access_log add_header add_trailer aio allow auth_basic auth_basic_user_file auth_delay auth_request auth_request_set
  autoindex autoindex_exact_size autoindex_format autoindex_localtime charset charset_types chunked_transfer_encoding
  client_body_buffer_size client_body_in_file_only client_body_in_single_buffer client_body_temp_path client_body_timeout
  client_max_body_size default_type deny directio directio_alignment disable_symlinks early_hints error_log error_page etag
  expires gunzip gunzip_buffers gzip gzip_buffers gzip_comp_level gzip_disable gzip_http_version gzip_min_length gzip_proxied
  gzip_static gzip_types gzip_vary if_modified_since index keepalive_disable keepalive_min_timeout keepalive_requests
  keepalive_time keepalive_timeout limit_conn limit_conn_dry_run limit_conn_log_level limit_conn_status limit_rate
  limit_rate_after limit_req limit_req_dry_run limit_req_log_level limit_req_status lingering_close lingering_time
  lingering_timeout log_not_found log_subrequest max_ranges mirror mirror_request_body msie_padding msie_refresh
  open_file_cache open_file_cache_errors open_file_cache_min_uses open_file_cache_valid open_log_file_cache output_buffers
  override_charset port_in_redirect postpone_output read_ahead real_ip_header real_ip_recursive recursive_error_pages
  reset_timedout_connection resolver resolver_timeout rewrite_log root satisfy send_lowat send_timeout sendfile
  sendfile_max_chunk server_name_in_redirect server_tokens set_real_ip_from source_charset ssi ssi_last_modified
  ssi_min_file_chunk ssi_silent_errors ssi_types ssi_value_length sub_filter sub_filter_last_modified sub_filter_once
  sub_filter_types subrequest_output_buffer_size tcp_nodelay tcp_nopush types types_hash_bucket_size types_hash_max_size
  uninitialized_variable_warn userid userid_domain userid_expires userid_flags userid_mark userid_name userid_p3p userid_path
  userid_service
  proxy_allow_upstream proxy_bind proxy_buffer_size proxy_buffering proxy_buffers proxy_busy_buffers_size proxy_cache
  proxy_cache_background_update proxy_cache_bypass proxy_cache_convert_head proxy_cache_key proxy_cache_lock
  proxy_cache_lock_age proxy_cache_lock_timeout proxy_cache_max_range_offset proxy_cache_methods proxy_cache_min_uses
  proxy_cache_revalidate proxy_cache_use_stale proxy_cache_valid proxy_connect_timeout proxy_cookie_domain
  proxy_cookie_flags proxy_cookie_path proxy_force_ranges proxy_headers_hash_bucket_size proxy_headers_hash_max_size
  proxy_hide_header proxy_http_version proxy_ignore_client_abort proxy_ignore_headers proxy_intercept_errors proxy_limit_rate
  proxy_max_temp_file_size proxy_method proxy_next_upstream proxy_next_upstream_timeout proxy_next_upstream_tries proxy_no_cache
  proxy_pass_header proxy_pass_request_body proxy_pass_request_headers proxy_pass_trailers proxy_read_timeout proxy_redirect
  proxy_request_buffering proxy_send_lowat proxy_send_timeout proxy_set_body proxy_set_header proxy_socket_keepalive
  proxy_ssl_certificate proxy_ssl_certificate_key proxy_ssl_ciphers proxy_ssl_name proxy_ssl_protocols proxy_ssl_server_name
  proxy_ssl_session_reuse proxy_ssl_trusted_certificate proxy_ssl_verify proxy_ssl_verify_depth proxy_store
  proxy_store_access proxy_temp_file_write_size proxy_temp_path
  fastcgi_buffer_size fastcgi_buffering fastcgi_buffers fastcgi_connect_timeout fastcgi_index fastcgi_intercept_errors
  fastcgi_param fastcgi_read_timeout fastcgi_send_timeout fastcgi_split_path_info grpc_connect_timeout grpc_read_timeout
  grpc_send_timeout grpc_set_header`);
const httpAndServer = words(`
  absolute_redirect client_header_buffer_size client_header_timeout connection_pool_size http2 http2_max_concurrent_streams
  ignore_invalid_headers large_client_header_buffers merge_slashes request_pool_size ssl_certificate ssl_certificate_key
  ssl_ciphers ssl_client_certificate ssl_dhparam ssl_ecdh_curve ssl_prefer_server_ciphers ssl_protocols ssl_session_cache
  ssl_session_tickets ssl_session_timeout ssl_stapling ssl_stapling_verify ssl_trusted_certificate ssl_verify_client
  underscores_in_headers`);
const httpOnly = words(`
  geo limit_conn_zone limit_req_zone log_format map map_hash_bucket_size map_hash_max_size proxy_cache_path server
  server_names_hash_bucket_size server_names_hash_max_size split_clients upstream variables_hash_bucket_size
  variables_hash_max_size`);
const serverOnly = words("listen server_name");
const serverAndLocation = words("break if location return rewrite set stub_status try_files");
const locationOnly = words(
  "alias empty_gif fastcgi_pass flv grpc_pass internal limit_except memcached_pass mp4 proxy_pass random_index uwsgi_pass",
);
const mainOnly = words(`
  daemon env events http load_module pcre_jit pid thread_pool timer_resolution user worker_cpu_affinity worker_priority
  worker_processes worker_rlimit_nofile worker_shutdown_timeout`);
const eventsOnly = words("accept_mutex accept_mutex_delay multi_accept use worker_connections");
const upstreamOnly = words(
  "hash ip_hash keepalive keepalive_requests keepalive_time keepalive_timeout least_conn random server zone",
);

const contexts = new Map<string, Set<Context>>();
for (const [names, where] of [
  [everywhere, ["http", "server", "location"]],
  [httpAndServer, ["http", "server"]],
  [httpOnly, ["http"]],
  [serverOnly, ["server"]],
  [serverAndLocation, ["server", "location"]],
  [locationOnly, ["location"]],
  [mainOnly, ["main"]],
  [["error_log"], ["main"]],
  [eventsOnly, ["events"]],
  [upstreamOnly, ["upstream"]],
] as const) {
  for (const name of names) {
    const known = contexts.get(name) ?? new Set();
    for (const context of where) known.add(context);
    contexts.set(name, known);
  }
}

/** Where a directive may stand; undefined when nginx has none of that name. */
export function contextsOf(name: string): ReadonlySet<Context> | undefined {
  return contexts.get(name);
}

/** Directives with a block; all others end with a semicolon. */
export const blocks: ReadonlySet<string> = new Set([
  "events",
  "geo",
  "http",
  "if",
  "limit_except",
  "location",
  "map",
  "server",
  "split_clients",
  "types",
  "upstream",
]);

/** Blocks whose lines are entries and not directives. */
export const tables: ReadonlySet<string> = new Set(["geo", "map", "split_clients", "types"]);

/** What this stand-in acts on. */
export const simulated: ReadonlySet<string> = new Set([
  "add_header",
  "client_max_body_size",
  "default_type",
  "events",
  "http",
  "listen",
  "location",
  "proxy_pass",
  "proxy_set_header",
  "return",
  "server",
  "types",
  "upstream",
]);

/** What changes nothing that a client could tell from its answer: logs, buffers, time limits, sizes of tables, connections. */
export const withoutEffect =
  /_log$|^log_|_timeout$|_buffers?(_size)?$|_buffering$|_hash_(max|bucket)_size$|^(client_body_(in|temp)|daemon|error_log|gzip_|keepalive|map|multi_accept|pid|proxy_http_version|reset_timedout|sendfile|server_name|server_tokens|tcp_|types_|underscores|use$|user$|worker_)/;
