using StackExchange.Redis;

namespace Ezw.Foundation.Work;

/// <summary>How hints travel between nodes. Section "Ezw".</summary>
public sealed class WakeupOptions
{
    /// <summary>Empty: through PostgreSQL's NOTIFY. Else a Redis connection string: "host:6379,password=…".</summary>
    public string Redis { get; set; } = "";

    internal bool IsReadable()
    {
        try
        {
            return Redis.Length == 0 || ConfigurationOptions.Parse(Redis).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
