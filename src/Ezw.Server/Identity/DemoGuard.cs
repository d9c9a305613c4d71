namespace Ezw.Identity;

/// <summary>The demo has a password that everybody knows, so it may be reached from this machine only.</summary>
public static class DemoGuard
{
    /// <summary>False for wildcards, for every host but loopback, for what cannot be read, and for an empty list: nothing is assumed.</summary>
    public static bool IsLoopbackOnly(IEnumerable<string> urls)
    {
        const StringSplitOptions clean = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var addresses = urls.SelectMany(url => url.Split(';', clean)).ToList();
        return addresses.Count > 0 && addresses.TrueForAll(IsLoopback);
    }

    private static bool IsLoopback(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return false;
        }
        if (address.IsUnixPipe)
            return true;
        return address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (System.Net.IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && System.Net.IPAddress.IsLoopback(ip));
    }
}
