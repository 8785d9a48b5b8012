using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace KafkaActors.Protocol.Tests.Generator;

/// <summary>A definition file as the compiler hands it to the generator.</summary>
internal sealed class DefinitionFile(string path, string text) : AdditionalText
{
    public override string Path => path;

    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
}
