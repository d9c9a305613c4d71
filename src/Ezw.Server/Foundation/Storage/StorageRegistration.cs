using Ezw.Foundation.Events;
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
        builder.Services.AddSingleton(services => News.SpreadBy(new Wakeups(), services.GetRequiredService<Database>()));
        builder.Services.AddSingleton<CommitQueue>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CommitQueue>());
        AddRelay(builder);
    }

    private static void AddRelay(IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<WakeupOptions>().BindConfiguration("Ezw")
            .Validate(o => o.IsReadable(), "Ezw:Redis must be a Redis connection string, e.g. \"host:6379\".").ValidateOnStart();
        // On SQLite this node is alone.
        if (string.IsNullOrEmpty(builder.Configuration["Ezw:Database"]))
            return;
        if (string.IsNullOrEmpty(builder.Configuration["Ezw:Redis"]))
            builder.Services.AddSingleton<IWakeupTransport, WakeupNotify>();
        else
            builder.Services.AddSingleton<IWakeupTransport, WakeupRedis>();
        builder.Services.AddHostedService<WakeupRelay>();
    }
}
