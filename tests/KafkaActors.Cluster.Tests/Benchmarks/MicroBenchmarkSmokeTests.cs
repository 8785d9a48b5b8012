using System.Reflection;
using BenchmarkDotNet.Attributes;
using KafkaActors.Benchmarks.Protocol;

namespace KafkaActors.Cluster.Tests.Benchmarks;

/// <summary>Calls each method of each BenchmarkDotNet class once, so that none rots.</summary>
public sealed class MicroBenchmarkSmokeTests
{
    private static IEnumerable<MethodInfo> Methods => typeof(Crc32CBenchmark).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .Where(method => method.GetCustomAttribute<BenchmarkAttribute>() is not null);

    [TestCaseSource(nameof(Methods))]
    public async Task A_micro_benchmark_runs(MethodInfo method)
    {
        object benchmark = Activator.CreateInstance(method.DeclaringType!)!;
        Call<GlobalSetupAttribute>(benchmark);
        try
        {
            Assert.That(method.Invoke(benchmark, null), Is.Not.Null);
        }
        finally
        {
            if (Call<GlobalCleanupAttribute>(benchmark) is Task cleanup) await cleanup;
        }
    }

    private static object? Call<TAttribute>(object benchmark)
        where TAttribute : Attribute =>
        benchmark.GetType().GetMethods()
            .SingleOrDefault(method => method.GetCustomAttribute<TAttribute>() is not null)?
            .Invoke(benchmark, null);
}
