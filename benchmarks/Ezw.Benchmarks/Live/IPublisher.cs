namespace Ezw.Benchmarks.Live;

/// <param name="AtMs">Epoch-milliseconds.</param>
/// <param name="Audience">How many subscribers must get it.</param>
internal readonly record struct Published(long Position, long AtMs, int Audience);

/// <summary>Makes events happen in one server.</summary>
internal interface IPublisher : IDisposable
{
    /// <summary>Makes one happen.</summary>
    Task PublishAsync();

    /// <summary>All that happened since the last time.</summary>
    Task<List<Published>> TakeAsync();
}
