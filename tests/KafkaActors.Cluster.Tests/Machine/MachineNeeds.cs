using System.Globalization;

namespace KafkaActors.Cluster.Tests.Machine;

/// <summary>
/// What a test needs of the machine beyond .NET: rights of root, or a program. Where it is missing the test is skipped
/// by name with the reason on a person's machine, and fails under <c>CI=true</c>: there nobody would see that it proves
/// nothing. <c>.ci/run</c> itself names in <c>KAFKA_ACTORS_MISSING</c> what a bare machine cannot give it.
/// </summary>
internal static class MachineNeeds
{
    private const string Effective = "CapEff:";
    private const int NetworkAdministrator = 12;
    private const int SystemAdministrator = 21;

    private static readonly string[] Missing =
        (Environment.GetEnvironmentVariable("KAFKA_ACTORS_MISSING") ?? "").Split(' ');

    /// <summary>Rights to make network namespaces and to mount.</summary>
    public static void Root()
    {
        if (!HasCapabilities()) SkipOrFail("root", "root's rights, for network namespaces and mounts");
    }

    public static void Namespaces()
    {
        Root();
        Program("ip", "iproute2");
        Program("nsenter", "util-linux");
    }

    /// <param name="package">The package of Debian that it is in.</param>
    public static void Program(string name, string package)
    {
        bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin")
            .Any(directory => File.Exists(Path.Combine(directory, name)));
        if (!isThere) SkipOrFail(package, $"{name}, as in apt-get install {package}");
    }

    /// <summary>A file that is in a package; the first of these paths that is there.</summary>
    public static string FileOf(string package, params IReadOnlyList<string> paths)
    {
        if (paths.FirstOrDefault(File.Exists) is { } path) return path;
        SkipOrFail(package, $"{paths[0]}, as in apt-get install {package}");
        throw new InvalidOperationException("unreachable: the test was skipped or has failed");
    }

    /// <summary>Ends the test: skipped, or failed where it may not be.</summary>
    /// <param name="package">As <c>.ci/run</c> would name it.</param>
    public static void SkipOrFail(string package, string what)
    {
        bool mayBeMissing = Environment.GetEnvironmentVariable("CI") != "true" || Missing.Contains(package);
        Assert.That(mayBeMissing, Is.True, $"needs {what}");
        Assert.Ignore($"needs {what}");
    }

    private static bool HasCapabilities()
    {
        if (!OperatingSystem.IsLinux()) return false;
        string line = File.ReadLines("/proc/self/status")
            .First(one => one.StartsWith(Effective, StringComparison.Ordinal));
        ReadOnlySpan<char> digits = line.AsSpan(Effective.Length).Trim();
        ulong held = ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return ((held >> NetworkAdministrator) & (held >> SystemAdministrator) & 1) == 1;
    }
}
