using System.Globalization;
using System.Reflection;
using KafkaActors.Broker.Budgets;
using KafkaActors.Broker.Configuration;
using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// What the operating system says about this process's file descriptors. Linux does; elsewhere there is no budget.
/// </summary>
internal static class ProcessDescriptors
{
    private const string LimitsPath = "/proc/self/limits";
    private const string DescriptorsPath = "/proc/self/fd";
    private const string LimitName = "Max open files";

    /// <summary>What a node takes between here and its first client: assemblies, ports, the metadata log.</summary>
    private const int TakenByStart = 96;

    /// <summary>
    /// Assemblies hold two descriptors each, for ever, and a process that cannot load one is ended by the runtime.
    /// These would be loaded by the first client of the Akka port, the first compressed batch, the first fault told.
    /// </summary>
    private static readonly string[] LoadedLater =
    [
        "DotNetty.Codecs", "DotNetty.Handlers", "System.Net.Security", "System.Diagnostics.StackTrace",
        "System.Reflection.Metadata", "System.Runtime.CompilerServices.Unsafe", "System.IO.Compression",
        "K4os.Compression.LZ4", "K4os.Compression.LZ4.Streams", "Snappier", "ZstdSharp",
    ];

    /// <summary>Before anything of a node is started. Null where there is no limit that we know.</summary>
    /// <exception cref="NodeStartException">There are too few to serve anybody.</exception>
    public static DescriptorBudget? Open()
    {
        if (!File.Exists(LimitsPath) || LimitIn(File.ReadLines(LimitsPath)) is not { } limit) return null;
        int needed;
        try
        {
            foreach (string name in LoadedLater) Assembly.Load(name);
            needed = (Count() ?? limit) + TakenByStart + DescriptorBudget.Reserve + DescriptorBudget.LeastToServe;
            if (limit >= needed) return new DescriptorBudget(limit, PhysicalFileSystem.Instance.OpenFiles, Count);
        }
        catch (IOException)
        {
            // Even these are too many.
            needed = 2 * limit;
        }

        throw new NodeStartException(
            $"the process may open {limit} files, and a node needs {needed} to serve anybody; raise ulimit -n "
            + "(LimitNOFILE in systemd): one for each connection and each segment that is in use, and some 200");
    }

    /// <summary>The soft limit; null when there is none, or the text is of another kind.</summary>
    internal static int? LimitIn(IEnumerable<string> lines)
    {
        string? line = lines.FirstOrDefault(line => line.StartsWith(LimitName, StringComparison.Ordinal));
        string? soft = line?[LimitName.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) ? limit : null;
    }

    private static int? Count()
    {
        try
        {
            return Directory.EnumerateFiles(DescriptorsPath).Count();
        }
        catch (IOException)
        {
            // Somebody who comes through another door, to the Akka port, has taken the last one.
            return null;
        }
    }
}
