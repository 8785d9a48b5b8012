using System.Reflection;
using System.Runtime.InteropServices;

namespace KafkaActors.TestKit;

/// <summary>
/// Makes Confluent.Kafka load the native library of its own package. Left alone it takes whatever librdkafka the
/// machine has, silently, when the package's first build lacks one of its dependencies, as it does on Debian 12.
/// </summary>
public static class Librdkafka
{
    /// <summary>The version of the package: what <c>Library.VersionString</c> has to say.</summary>
    public const string Version = "2.16.0";

    private static readonly string[] Builds = ["librdkafka.so", "centos8-librdkafka.so", "alpine-librdkafka.so"];

    private static readonly HashSet<Assembly> Told = [];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");

    /// <summary>Before the first use of librdkafka by an assembly; again does nothing.</summary>
    /// <param name="user">Confluent.Kafka's: most tests do without it, and so does this project.</param>
    public static void UseThePackagesOwn(Assembly user)
    {
        lock (Told)
        {
            if (Told.Add(user)) NativeLibrary.SetDllImportResolver(user, Resolve);
        }
    }

    // Zero leaves it to the runtime, which finds the package's builds for other systems by itself.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (!name.EndsWith("librdkafka", StringComparison.Ordinal)) return nint.Zero;
        foreach (string build in Builds)
        {
            if (NativeLibrary.TryLoad(Path.Combine(Folder, build), out nint library)) return library;
        }

        return nint.Zero;
    }
}
