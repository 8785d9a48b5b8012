using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace KafkaActors.Tidy.Tests;

/// <summary>An overlay in <c>hocon/</c> sets only keys that the reference configuration knows.</summary>
public sealed class HoconTests
{
    private static IEnumerable<string> Overlays => Repository.Files
        .Where(path => Path.GetDirectoryName(path) == "hocon")
        .Where(path => path.EndsWith(".conf", StringComparison.Ordinal));

    private static IEnumerable<string> References => Repository.Files
        .Where(path => path.StartsWith("hocon/reference/", StringComparison.Ordinal))
        .Where(path => path.EndsWith(".conf", StringComparison.Ordinal));

    [Test]
    public void Every_key_of_an_overlay_exists_in_the_reference()
    {
        HashSet<string> known = [.. References.SelectMany(Keys)];
        string[] unknown = [.. Overlays.SelectMany(overlay => Keys(overlay)
            .Where(key => key.StartsWith("kafka-actors.", StringComparison.Ordinal) && !known.Contains(key))
            .Select(key => $"{overlay}: {key}"))];
        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void A_key_stands_in_one_reference_file_only()
    {
        string[] twice = [.. References.SelectMany(Keys).GroupBy(key => key)
            .Where(group => group.Count() > 1).Select(group => group.Key)];
        Assert.That(twice, Is.Empty);
    }

    [Test]
    public void Nested_keys_are_found_with_their_full_path()
    {
        Config config = ConfigurationFactory.ParseString("a {\n b.c = 1\n d { e = [1, 2] }\n}");
        Assert.That(Flatten("", config.Root), Is.EquivalentTo(new[] { "a.b.c", "a.d.e" }));
    }

    private static IEnumerable<string> Keys(string path) =>
        Flatten("", ConfigurationFactory.ParseString(Repository.ReadText(path)).Root);

    private static IEnumerable<string> Flatten(string prefix, HoconValue value) =>
        value.IsObject()
            ? value.GetObject().Items.SelectMany(item =>
                Flatten(prefix.Length == 0 ? item.Key : $"{prefix}.{item.Key}", item.Value))
            : [prefix];
}
