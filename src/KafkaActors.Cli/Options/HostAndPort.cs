using System.Globalization;

namespace KafkaActors.Cli.Options;

/// <summary>An address as people write it: <c>host</c>, <c>host:port</c>, <c>[::1]:port</c>.</summary>
internal readonly record struct HostAndPort(string Host, int Port)
{
    public static bool TryParse(string text, int defaultPort, out HostAndPort address)
    {
        address = default;
        string trimmed = text.Trim();
        int colon = trimmed.LastIndexOf(':');
        bool bareIpv6 = colon > 0 && trimmed.IndexOf(':') != colon && !trimmed.Contains(']');
        bool hasPort = colon >= 0 && !bareIpv6 && colon > trimmed.LastIndexOf(']');
        int port = defaultPort;
        if (hasPort && !IsPort(trimmed[(colon + 1)..], out port)) return false;
        string host = (hasPort ? trimmed[..colon] : trimmed).Trim('[', ']');
        if (host.Length == 0 || host.Any(c => char.IsWhiteSpace(c) || c is '/' or ',')) return false;
        address = new HostAndPort(host, port);
        return true;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");

    private static bool IsPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;
}
