using System.Net;
using Microsoft.Extensions.Options;

namespace Ezw.Foundation.Security.Outbound;

/// <summary>Where this server may call when a customer names the address. Section "Ezw:Outbound".</summary>
public sealed class OutboundOptions
{
    public const string Section = "Ezw:Outbound";

    /// <summary>Networks that may be called although they are not public, e.g. "172.18.0.0/16, fd00:1::/64". With any, names without
    /// a domain may be saved, too. Each address is still checked on its own.</summary>
    public string AllowCidrs { get; set; } = "";

    /// <summary>Networks that are never called, whatever is allowed: this server's own public address behind a NAT, for one.</summary>
    public string DenyCidrs { get; set; } = "";

    /// <summary>Ports besides 80, 443, 8080 and 8443, e.g. "5678, 3000".</summary>
    public string AllowPorts { get; set; } = "";

    /// <summary>Refuses http URLs.</summary>
    public bool RequireHttps { get; set; }

    internal IEnumerable<IPNetwork> AllowedNetworks => Parts(AllowCidrs).Select(IPNetwork.Parse);

    internal IEnumerable<IPNetwork> DeniedNetworks => Parts(DenyCidrs).Select(IPNetwork.Parse);

    internal IEnumerable<int> AllowedPorts => Parts(AllowPorts).Select(int.Parse);

    internal static string[] Parts(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

internal sealed class OutboundOptionsCheck : IValidateOptions<OutboundOptions>
{
    // A wider network would be the switch that turns the guard off, which there is not.
    private const int WidestPrefix = 8;

    public ValidateOptionsResult Validate(string? name, OutboundOptions options)
    {
        var errors = Errors(options).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(OutboundOptions options)
    {
        const string section = OutboundOptions.Section;
        foreach (var cidr in OutboundOptions.Parts(options.AllowCidrs))
        {
            if (!IPNetwork.TryParse(cidr, out var network))
                yield return $"{section}:AllowCidrs has {cidr}, which is no network such as 192.168.7.0/24.";
            else if (network.PrefixLength < WidestPrefix)
                yield return $"{section}:AllowCidrs has {cidr}; networks wider than /{WidestPrefix} are not allowed as a whole.";
        }

        foreach (var cidr in OutboundOptions.Parts(options.DenyCidrs).Where(cidr => !IPNetwork.TryParse(cidr, out _)))
            yield return $"{section}:DenyCidrs has {cidr}, which is no network such as 203.0.113.7/32.";
        foreach (var port in OutboundOptions.Parts(options.AllowPorts).Where(port => !IsPort(port)))
            yield return $"{section}:AllowPorts has {port}, which is no port.";
    }

    private static bool IsPort(string text) => int.TryParse(text, out var port) && port is > 0 and <= IPEndPoint.MaxPort;
}
