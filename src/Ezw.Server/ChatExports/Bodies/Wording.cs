using System.Collections.Frozen;

namespace Ezw.ChatExports.Bodies;

/// <summary>
/// What WhatsApp writes in place of a message, in the languages seen in exports. There is no official list; phrases are compared
/// without marks, brackets and a final point, and in any case. A phrase that is missing here leaves an ordinary text.
/// </summary>
internal static class Wording
{
    private static readonly FrozenDictionary<string, ExportedKind> OmittedFiles = Kinds(
        (ExportedKind.Media,
        [
            "Media omitted", "המדיה לא נכללה", "המדיה הוסרה", "מדיה לא נכללה", "מדיה הושמטה", "Medien ausgeschlossen",
            "Medien weggelassen", "Multimedia omitido", "Media omitida", "Archivo omitido", "Médias omis", "Média omis", "Media omessi",
            "Media esclusi", "Mídia oculta", "Mídia omitida", "Arquivo de mídia oculto", "Ficheiro não revelado", "Media weggelaten",
            "Без медиафайлов", "Medya dahil edilmedi", "تم استبعاد الوسائط", "تم حذف الوسائط", "پیوست نما/صدا حذف شد", "Mediefil udeladt",
            "Media jätettiin pois", "pominięto multimedia", "省略多媒體檔案", "忽略多媒体文件",
        ]),
        (ExportedKind.Image,
        [
            "image omitted", "photo omitted", "התמונה הושמטה", "תמונה הושמטה", "Bild weggelassen", "imagen omitida", "image absente",
            "immagine omessa", "imagem ocultada", "imagem omitida", "afbeelding weggelaten", "изображение отсутствует",
            "görüntü dahil edilmedi", "تم استبعاد الصورة", "billede udeladt", "kuva jätetty pois",
        ]),
        (ExportedKind.Video,
        [
            "video omitted", "Video note omitted", "Video message omitted", "סרטון הווידאו הושמט", "הסרט הושמט", "סרטון הושמט",
            "וידאו הושמט", "Video weggelassen", "video omitido", "Vídeo omitido", "vidéo absente", "video omesso", "vídeo ocultado",
            "video weggelaten", "видео отсутствует", "video dahil edilmedi", "تم استبعاد الفيديو", "video udeladt", "video jätetty pois",
        ]),
        (ExportedKind.Animation,
        [
            "GIF omitted", "GIF הושמט", "GIF weggelassen", "GIF omitido", "GIF retiré", "GIF esclusa", "GIF omesso", "GIF ocultado",
            "GIF weggelaten", "GIF отсутствует", "تم استبعاد GIF", "GIF udeladt",
        ]),
        (ExportedKind.Audio,
        [
            "audio omitted", "השמע הושמט", "קטע קול הושמט", "הודעה קולית הושמטה", "Audio weggelassen", "audio omitido", "audio omis",
            "audio omesso", "áudio ocultado", "áudio omitido", "audio weggelaten", "аудиофайл отсутствует", "ses dahil edilmedi",
            "تم استبعاد الصوت", "lyd udeladt", "ääni jätetty pois",
        ]),
        (ExportedKind.Sticker,
        [
            "sticker omitted", "סטיקר הושמט", "המדבקה הושמטה", "Sticker weggelassen", "sticker omitido", "sticker omis",
            "sticker non incluso", "sticker omesso", "figurinha omitida", "sticker weggelaten", "стикер отсутствует",
            "Çıkartma dahil edilmedi", "تم استبعاد الملصق",
        ]),
        (ExportedKind.Document,
        [
            "document omitted", "המסמך הושמט", "מסמך הושמט", "Dokument weggelassen", "documento omitido", "document manquant",
            "documento omesso", "documento ocultado", "document weggelaten", "документ отсутствует", "belge dahil edilmedi",
            "تم استبعاد المستند",
        ]),
        (ExportedKind.ContactCard,
        [
            "Contact card omitted", "כרטיס איש קשר הושמט", "Kontaktkarte weggelassen", "Tarjeta de contacto omitida",
            "carte de contact omise", "Scheda contatto omessa", "Cartão do contato omitido", "Contactkaart weggelaten",
            "карточка контакта отсутствует",
        ]));

    private static readonly FrozenSet<string> DeletedMessages = Set(
        "This message was deleted", "You deleted this message", "Message deleted",
        "הודעה זו נמחקה", "ההודעה נמחקה", "מחקת הודעה זו", "מחקת את ההודעה הזו", "מחקת את ההודעה", "Diese Nachricht wurde gelöscht",
        "Du hast diese Nachricht gelöscht", "Sie haben diese Nachricht gelöscht", "Se eliminó este mensaje",
        "Este mensaje fue eliminado", "Eliminaste este mensaje", "Borraste este mensaje", "Ce message a été supprimé",
        "Vous avez supprimé ce message", "Questo messaggio è stato eliminato", "Questo messaggio è stato cancellato",
        "Hai eliminato questo messaggio", "Mensagem apagada", "Esta mensagem foi apagada", "Você apagou esta mensagem",
        "Apagou esta mensagem", "Você eliminou esta mensagem", "Dit bericht is verwijderd", "Dit bericht werd verwijderd",
        "U hebt dit bericht verwijderd", "Je hebt dit bericht verwijderd", "Данное сообщение удалено", "Вы удалили данное сообщение",
        "Это сообщение удалено", "Вы удалили это сообщение", "Bu mesaj silindi", "Bu mesajı sildiniz", "تم حذف هذه الرسالة",
        "لقد حذفت هذه الرسالة", "این پیام حذف شد", "شما این پیام را حذف کردید", "Denne besked blev slettet", "Du slettede denne besked",
        "Tämä viesti poistettiin", "Poistit tämän viestin");

    // The name of the administrator follows.
    private static readonly string[] DeletedByAdmin = ["This message was deleted by admin ", "הודעה זו נמחקה על ידי "];

    private static readonly FrozenSet<string> EditedMarks = Set(
        "This message was edited", "ההודעה נערכה", "הודעה זו נערכה", "Diese Nachricht wurde bearbeitet", "Se editó este mensaje",
        "Este mensaje fue editado", "Ce message a été modifié", "Questo messaggio è stato modificato", "Mensagem editada",
        "Esta mensagem foi editada", "Dit bericht is bewerkt", "Dit bericht werd bewerkt", "Данное сообщение изменено",
        "Сообщение изменено", "Bu mesaj düzenlendi", "تم تعديل هذه الرسالة", "این پیام ویرایش شد", "Denne besked blev redigeret",
        "Tätä viestiä muokattiin");

    private static readonly FrozenSet<string> AttachedFiles = Set(
        "file attached", "attached", "הקובץ מצורף", "קובץ מצורף", "מצורף", "Datei angehängt", "Anhang", "angehängt", "archivo adjunto",
        "adjunto", "fichier joint", "pièce jointe", "file allegato", "allegato", "arquivo anexado", "ficheiro anexado", "anexado",
        "anexo", "bestand bijgevoegd", "bijgevoegd", "bijlage", "файл добавлен", "прикреплено", "dosya ekli", "eklendi", "الملف مرفق",
        "مرفق", "فایل پیوست شده", "پیوست", "vedhæftet fil", "fil vedhæftet", "vedhæftet", "tiedosto liitetty", "liite", "liitetty");

    private static readonly FrozenSet<string> LiveLocations = Set(
        "Live location shared", "live location shared", "שותף מיקום בזמן אמת", "המיקום בזמן אמת שותף", "מיקום חי שותף",
        "מיקום בזמן אמת", "Live-Standort wird geteilt", "Live-Standort geteilt", "Ubicación en tiempo real compartida",
        "Localisation en direct partagée", "Posizione in tempo reale condivisa", "Localização em tempo real compartilhada",
        "live locatie gedeeld", "Live-locatie gedeeld");

    private static readonly FrozenSet<string> Polls = Set(
        "POLL", "סקר", "UMFRAGE", "ENCUESTA", "SONDAGE", "SONDAGGIO", "ENQUETE", "SONDAGEM", "VOTAÇÃO", "PEILING", "ОПРОС", "ANKET",
        "استطلاع");

    private static readonly FrozenSet<string> Calls = Set(
        "Missed voice call", "Missed video call", "Missed group voice call", "Missed group video call", "Voice call", "Video call",
        "Silenced voice call", "Silenced video call", "שיחה קולית שלא נענתה", "שיחת וידאו שלא נענתה", "שיחה קולית", "שיחת וידאו",
        "Verpasster Sprachanruf", "Verpasster Videoanruf", "Sprachanruf", "Videoanruf", "Llamada perdida", "Videollamada perdida",
        "Llamada de voz perdida", "Appel vocal manqué", "Appel vidéo manqué", "Chiamata vocale persa", "Videochiamata persa",
        "Chamada de voz perdida", "Chamada de vídeo perdida", "Gemiste spraakoproep", "Gemiste video-oproep");

    public static ExportedKind? Omitted(string plain) => OmittedFiles.TryGetValue(Bare(plain), out var kind) ? kind
        : plain.StartsWith('<') && plain.EndsWith(" omitted>", StringComparison.Ordinal) ? ExportedKind.Media : null;

    public static bool IsDeleted(string plain) =>
        DeletedMessages.Contains(Bare(plain)) || Array.Exists(DeletedByAdmin, words => plain.StartsWith(words, StringComparison.Ordinal));

    public static bool IsEdited(string plain) => EditedMarks.Contains(Bare(plain));

    public static bool IsAttached(string plain) => AttachedFiles.Contains(plain);

    public static bool IsLiveLocation(string plain) => LiveLocations.Contains(Bare(plain));

    public static bool IsPoll(string plain) => plain.EndsWith(':') && Polls.Contains(plain[..^1]);

    /// <summary>A call line goes on with how the call ended: "Voice call. 12 min", "Missed voice call, Tap to call back".</summary>
    public static bool IsCall(string plain)
    {
        var end = plain.IndexOfAny(['.', ',']);
        return Calls.Contains((end < 0 ? plain : plain[..end]).Trim());
    }

    private static string Bare(string plain) => plain.Trim('<', '>', ' ').TrimEnd('.');

    private static FrozenSet<string> Set(params string[] phrases) => phrases.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static FrozenDictionary<string, ExportedKind> Kinds(params (ExportedKind Kind, string[] Phrases)[] groups) =>
        groups.SelectMany(group => group.Phrases.Distinct(StringComparer.OrdinalIgnoreCase).Select(phrase => (phrase, group.Kind)))
            .ToFrozenDictionary(pair => pair.phrase, pair => pair.Kind, StringComparer.OrdinalIgnoreCase);
}
