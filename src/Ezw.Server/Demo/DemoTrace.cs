using Ezw.Foundation.Storage;

namespace Ezw.Demo;

/// <summary>Keeps a server without --demo off a database whose owner's password everybody knows.</summary>
internal sealed class DemoTrace(Database database) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await database.ReadAsync(cancellationToken);
        if (await DemoStore.IsMarkedAsync(db, cancellationToken))
        {
            throw new InvalidOperationException(
                "This database holds the demo workspace, to which everybody knows the password. "
                + "Start with --demo, or use another database.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
