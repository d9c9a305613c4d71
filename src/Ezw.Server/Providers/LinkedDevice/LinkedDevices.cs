using Ezw.Foundation.Security;
using Ezw.Providers.LinkedDevice.Keys;
using Ezw.Providers.LinkedDevice.Processes;

namespace Ezw.Providers.LinkedDevice;

/// <summary>Real WhatsApp as one of the providers, where its sidecar is installed.</summary>
internal static class LinkedDevices
{
    public static void AddLinkedDevices(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<LinkedDeviceOptions>().BindConfiguration(LinkedDeviceOptions.Section).ValidateDataAnnotations()
            .ValidateOnStart();
        var options = builder.Configuration.GetSection(LinkedDeviceOptions.Section).Get<LinkedDeviceOptions>() ?? new();
        if (WhyNot(options) is { } why)
        {
            services.AddSingleton(new AbsentProvider(LinkedDeviceProvider.KindName, why));
            return;
        }
        services.AddMasterKey();
        services.AddSingleton<DeviceKeyStore>();
        services.AddSingleton<DeviceKeys>();
        services.AddSingleton<MediaReferences>();
        services.AddSingleton<LineTools>();
        services.AddSingleton<SidecarMeter>();
        services.AddSingleton<SidecarPool>();
        // Before the lines are: services stop in the reverse order, so the lines have left when the processes are ended.
        services.AddHostedService(all => all.GetRequiredService<SidecarPool>());
        services.AddSingleton<IProvider, LinkedDeviceProvider>();
    }

    /// <summary>Switched on by hand, what is missing stops nobody from looking at it: lines say what it is, and it may be installed meanwhile.</summary>
    private static string? WhyNot(LinkedDeviceOptions options) => options.Enabled switch
    {
        true => null,
        false => "it is switched off by Ezw:LinkedDevice:Enabled",
        null => SidecarInstallation.WhatIsMissing(options),
    };
}
