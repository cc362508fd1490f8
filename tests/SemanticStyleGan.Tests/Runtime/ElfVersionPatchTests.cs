using System.Buffers.Binary;
using System.Text;
using SemanticStyleGan.Runtime;

namespace SemanticStyleGan.Tests.Runtime;

public sealed class ElfVersionPatchTests
{
    private const int Flags = 64 + 16 + 4; // of the one requirement in Library()

    [Fact]
    public void The_flag_of_the_named_version_alone_is_set()
    {
        byte[] before = Library("GLIBCXX_3.4.32"), after = [.. before];
        Assert.True(ElfVersionPatch.MarkWeak(after, "GLIBCXX_3.4.32"));
        Assert.Equal(2, BinaryPrimitives.ReadUInt16LittleEndian(after.AsSpan(Flags)));
        after[Flags] = before[Flags];
        Assert.Equal(before, after);
        Assert.False(ElfVersionPatch.MarkWeak(after, "GLIBCXX_3.4.3"));
        Assert.False(ElfVersionPatch.MarkWeak(after, "GLIBCXX_3.4.33"));
    }

    [Fact]
    public void Other_files_are_refused() =>
        Assert.Throws<BadImageFormatException>(() => ElfVersionPatch.MarkWeak(new byte[200], "GLIBCXX_3.4.32"));

    [Fact]
    public void The_copy_of_the_native_library_is_made_once_and_has_the_same_length()
    {
        if (!OperatingSystem.IsLinux() || NativeStartup.FindNative("libLibTorchSharp.so") is not { } library) return;
        string copy = ElfVersionPatch.CachedCopy(library);
        Assert.Equal(new FileInfo(library).Length, new FileInfo(copy).Length);
        DateTime written = File.GetLastWriteTimeUtc(copy);
        Assert.Equal(copy, ElfVersionPatch.CachedCopy(library));
        Assert.Equal(written, File.GetLastWriteTimeUtc(copy));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(copy)!, $"*.{Environment.ProcessId}.tmp"));
    }

    // An ELF header, one Verneed with one Vernaux, a string table, and two section headers.
    private static byte[] Library(string version)
    {
        const int strings = 128, sections = 192, sectionSize = 64;
        byte[] elf = new byte[sections + 2 * sectionSize];
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1 }.CopyTo(elf, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(0x28), sections);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(0x3a), sectionSize);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(0x3c), 2);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(64 + 2), 1);   // one requirement
        BinaryPrimitives.WriteInt32LittleEndian(elf.AsSpan(64 + 8), 16);   // right behind
        BinaryPrimitives.WriteInt32LittleEndian(elf.AsSpan(64 + 16 + 8), 5); // its name
        Encoding.ASCII.GetBytes(version).CopyTo(elf, strings + 5);
        Span<byte> needs = elf.AsSpan(sections);
        BinaryPrimitives.WriteUInt32LittleEndian(needs[4..], 0x6ffffffe);
        BinaryPrimitives.WriteUInt64LittleEndian(needs[0x18..], 64);
        BinaryPrimitives.WriteInt32LittleEndian(needs[0x28..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(sections + sectionSize + 0x18), strings);
        return elf;
    }
}
