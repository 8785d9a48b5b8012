using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace KafkaActors.Broker.Tests.Configuration;

/// <summary>Which methods of an assembly its own code calls, apart from that of one namespace.</summary>
internal sealed class CalledMethods
{
    private const byte Call = 0x28;
    private const byte CallVirtual = 0x6F;

    private readonly HashSet<int> _tokens = [];

    /// <param name="except">Calls from this namespace do not count.</param>
    public CalledMethods(Assembly assembly, string except)
    {
        using FileStream file = File.OpenRead(assembly.Location);
        using var image = new PEReader(file);
        MetadataReader metadata = image.GetMetadataReader();
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            MethodDefinition method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0 || NamespaceOf(metadata, method) == except) continue;
            byte[] code = image.GetMethodBody(method.RelativeVirtualAddress).GetILBytes() ?? [];
            for (int at = 0; at + sizeof(int) < code.Length; at++)
            {
                if (code[at] is Call or CallVirtual)
                    _tokens.Add(BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at + 1)));
            }
        }
    }

    public bool Contain(MethodInfo method) => _tokens.Contains(method.MetadataToken);

    private static string NamespaceOf(MetadataReader metadata, MethodDefinition method)
    {
        TypeDefinition type = metadata.GetTypeDefinition(method.GetDeclaringType());
        while (!type.GetDeclaringType().IsNil) type = metadata.GetTypeDefinition(type.GetDeclaringType());
        return metadata.GetString(type.Namespace);
    }
}
