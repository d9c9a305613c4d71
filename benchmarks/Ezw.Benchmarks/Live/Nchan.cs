namespace Ezw.Benchmarks.Live;

/// <summary>nginx with its module for pub/sub over HTTP, written in C: what one would put beside a server for this.</summary>
internal static class Nchan
{
    public const string StreamPath = "/stream";
    public const string PublishPath = "/publish";

    private const string Program = "/usr/sbin/nginx";
    private const string Module = "/usr/lib/nginx/modules/ngx_nchan_module.so";

    public static bool IsAvailable => File.Exists(Program) && File.Exists(Module);

    public static Task<RunningServer> StartAsync(ScratchFolder scratch) => RunningServer.StartAsync(
        scratch,
        url =>
        {
            File.WriteAllText(scratch.Of("nginx.conf"), Configuration(scratch.Path, new Uri(url).Authority));
            return [Program, "-p", scratch.Path, "-c", scratch.Of("nginx.conf"), "-e", scratch.Of("error.log")];
        },
        // Its workers would outlive a master that was killed.
        signal: "TERM");

    // One worker a core, as it is deployed. Root's workers would otherwise become somebody whose memory and folders are not ours.
    private static string Configuration(string folder, string address) => $$"""
        load_module {{Module}};
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        daemon off;
        worker_processes auto;
        worker_rlimit_nofile 16384;
        pid {{folder}}/nginx.pid;
        events { worker_connections 16000; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          nchan_shared_memory_size 128M;
          server {
            listen {{address}} backlog=4096;
            location = {{PublishPath}} {
              nchan_publisher;
              nchan_channel_id live;
              nchan_message_buffer_length 100;
              nchan_message_timeout 30s;
            }
            location = {{StreamPath}} {
              nchan_subscriber eventsource;
              nchan_channel_id live;
              nchan_subscriber_first_message newest;
            }
          }
        }

        """;
}
