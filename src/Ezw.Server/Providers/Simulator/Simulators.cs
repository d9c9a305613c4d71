using Ezw.Providers.Simulator.Network;
using Ezw.Providers.Simulator.Wire;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ezw.Providers.Simulator;

/// <summary>The simulator as one of the providers, on a network in this process or in another one.</summary>
internal static class Simulators
{
    public static IHostApplicationBuilder AddSimulator(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSimulator(builder.Configuration.GetSection(SimulatorOptions.Section));
        return builder;
    }

    public static IServiceCollection AddSimulator(this IServiceCollection services, IConfiguration section)
    {
        services.AddOptions<SimulatorOptions>().Bind(section).Validate(
            options => options.InProcess || options.TryEndPoint(out _),
            $"{SimulatorOptions.Section}:Network must be empty or an address with a port, such as 127.0.0.1:7070.").ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new SimulatedNetwork(provider.GetRequiredService<TimeProvider>(), Options(provider).Seed)
        {
            AdoptsUnknownDevices = true,
        });
        services.TryAddSingleton<INetworkTransport>(provider => Options(provider).TryEndPoint(out var address)
            ? new TcpTransport(address)
            : new InProcessTransport(provider.GetRequiredService<SimulatedNetwork>()));
        services.AddSingleton<IProvider>(provider => new SimulatorProvider(
            provider.GetRequiredService<INetworkTransport>(), provider.GetRequiredService<TimeProvider>(), Options(provider).Seed));
        services.AddSingleton<ISimulatedPhones, SimulatedPhones>();
        return services;
    }

    private static SimulatorOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<SimulatorOptions>>().Value;
}
