namespace Ezw.Benchmarks.Accept;

/// <summary>Something that stores messages durably, as fast as its clients ask.</summary>
internal interface IContender
{
    string Name { get; }

    Task<Sample> MeasureAsync(int connections, TimeSpan warmUp, TimeSpan duration);
}
