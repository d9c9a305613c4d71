using Ezw.Foundation.Work;

namespace Ezw.Foundation.Storage;

public static class StorageRegistration
{
    public static void AddStorage(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<StorageOptions>().BindConfiguration("Ezw");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Database>();
        builder.Services.AddSingleton<EzwContexts>();
        builder.Services.AddSingleton<Wakeups>();
        builder.Services.AddSingleton<CommitQueue>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CommitQueue>());
        // On SQLite this node is alone.
        if (!string.IsNullOrEmpty(builder.Configuration["Ezw:Database"]))
            builder.Services.AddHostedService<WakeupRelay>();
    }
}
