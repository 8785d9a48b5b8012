using System.Text.Json;
using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.JavaScript;

/// <summary>What a script's steps came to, by their names: each a result in JSON, or an error.</summary>
internal sealed class Steps
{
    private readonly Dictionary<string, JsonElement> _lines;

    private Steps(IReadOnlyList<JsonElement> lines) =>
        _lines = lines.ToDictionary(line => line.GetProperty("step").GetString()!);

    public static async Task<Steps> OfAsync(string script) =>
        new(await Scripts.RunAsync(script, [InteropSuite.Node.Kafka]));

    /// <summary>The step came to exactly this JSON.</summary>
    public void Expect(string step, string result) => Assert.That(
        _lines[step].TryGetProperty("result", out JsonElement actual) ? actual.GetRawText() : $"{_lines[step]}",
        Is.EqualTo(result), step);

    /// <summary>A text of a step's result.</summary>
    public string Text(string step, string property) =>
        _lines[step].GetProperty("result").GetProperty(property).GetString()!;

    /// <summary>The step failed with this error.</summary>
    public void ExpectError(string step, string error) => Assert.That(
        _lines[step].TryGetProperty("error", out JsonElement actual) ? actual.GetString() : $"{_lines[step]}",
        Is.EqualTo(error), step);
}
