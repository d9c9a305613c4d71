using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ezw.Foundation.Security.Outbound;

internal static class OutboundRegistration
{
    /// <summary>Registers <see cref="GuardedHttp"/> for calling and <see cref="TargetPolicy"/> for saving customers' URLs.</summary>
    public static void AddOutbound(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<OutboundOptions>().BindConfiguration(OutboundOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<OutboundOptions>, OutboundOptionsCheck>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<NameLookup>(Dns.GetHostAddressesAsync);
        builder.Services.AddSingleton<AddressPolicy>();
        builder.Services.AddSingleton<TargetPolicy>();
        builder.Services.AddSingleton<GuardedHttp>();
    }
}
