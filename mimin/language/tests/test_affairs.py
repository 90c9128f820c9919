"""Every affair is recognised in everyday words: three invented messages for each."""

import pytest

from mimin.language.playbook import load
from mimin.language.understand import prepare, understand

SPOKEN = {
    "pendidikan": [
        "guru honorer di SD kami belum digaji 3 bulan",
        "seragam sekolah wajib beli di koperasi mahal banget",
        "bangku kelas kurang murid duduk di lantai",
    ],
    "kesehatan": [
        "antri di puskesmas dari jam 5 dokternya datang jam 10",
        "pasien BPJS ditolak rumah sakit katanya kamar penuh",
        "posyandu di RW kami sudah lama tidak ada imunisasi",
    ],
    "pupr": [
        "jln kampung kami becek berlubang tiap musim hujan",
        "selokan mampet airnya meluap ke rumah",
        "jembatan gantung sudah lapuk aspalnya juga rusak",
    ],
    "perkim": [
        "rumah nenek saya tidak layak huni mohon bedah rumah",
        "rusunawa airnya mati penghuni rusun mengeluh",
        "TPU penuh, lahan makam habis",
    ],
    "trantibum": [
        "bangunan liar di pinggir kali makin banyak mohon satpol PP",
        "warung remang jual miras bikin resah",
        "knalpot brong dan balap liar tiap malam minggu",
    ],
    "sosial": [
        "janda miskin 4 anak gak pernah dapat bansos",
        "ada orang terlantar di bawah jembatan layang",
        "PKH saya tiba2 dicoret padahal masih tidak mampu",
    ],
    "tenaga_kerja": [
        "di PHK sepihak tanpa pesangon",
        "cara bikin kartu kuning online gimana",
        "pelatihan BLK dibuka kapan",
    ],
    "pppa": [
        "istri tetangga korban KDRT butuh rumah aman",
        "anak 15 tahun mau dinikahkan, nikah dini",
        "butuh konseling dan pendampingan korban pelecehan seksual",
    ],
    "pangan": [
        "harga beras naik terus kapan ada gerakan pangan murah",
        "jajanan anak berbahaya pakai boraks dan formalin",
        "beras bantuan cadangan pangan kutuan",
    ],
    "pertanahan": [
        "sengketa tanah garapan dengan perusahaan",
        "ganti rugi lahan pembebasan tanah belum dibayar",
        "tanah kas desa dipagar orang, batas tanah digeser",
    ],
    "lingkungan_hidup": [
        "TPS liar di pinggir jalan baunya minta ampun",
        "pabrik buang limbah ke sungai ikan pada mati",
        "dahan pohon hampir kena kabel tolong dipangkas",
    ],
    "dukcapil": [
        "e-ktp saya rusak mau cetak ulang",
        "bikin akte kelahiran anak berapa hari jadi",
        "pecah kk setelah menikah syaratnya apa",
    ],
    "pmd": [
        "musdes tidak pernah ngundang warga, dana desa gelap",
        "bumdes tutup, aset desa tidak jelas",
        "kantor desa tutup terus perangkat desa tidak ada",
    ],
    "ppkb": [
        "pasang implan KB gratis dimana",
        "stok pil KB di PLKB kosong",
        "kapan ada pelayanan vasektomi dan IUD",
    ],
    "perhubungan": [
        "zebra cross depan SD sudah pudar",
        "traffic light simpang lima error",
        "uji kir sekarang bisa online gak",
    ],
    "kominfo": [
        "website pemda tidak bisa dibuka",
        "CCTV simpang mati, call center 112 tidak diangkat",
        "kabel fiber optik semrawut tiang provider miring",
    ],
    "kukm": [
        "cara dapat bantuan modal usaha UMKM",
        "koperasi simpan pinjam bodong uang anggota koperasi tidak kembali",
        "daftar bazar UMKM dimana",
    ],
    "penanaman_modal": [
        "izin PBG saya 4 bulan belum terbit",
        "daftar NIB lewat OSS gagal terus",
        "mal pelayanan publik buka sabtu?",
    ],
    "pora": [
        "lapangan sepak bola rusak rumputnya botak",
        "bonus atlet porprov belum cair",
        "sewa GOR berapa per jam",
    ],
    "statistik": [
        "minta data statistik jumlah penduduk per kecamatan",
        "open data satu data tidak update",
        "petugas sensus belum datang ke rumah kami",
    ],
    "persandian": [
        "website dinas diretas jadi situs judi",
        "barcode TTE tidak valid di surat saya, tanda tangan elektronik",
        "ada phishing mengatasnamakan pemkot minta OTP",
    ],
    "kebudayaan": [
        "sanggar tari kami butuh gamelan",
        "museum tutup terus",
        "rumah kuno cagar budaya mau dirobohkan",
    ],
    "perpustakaan": [
        "perpus tutup hari minggu ya",
        "mobil perpustakaan keliling tidak datang lagi",
        "pinjam buku harus bikin kartu anggota perpus?",
    ],
    "kearsipan": [
        "cari arsip foto lama kota ini",
        "dokumen keluarga mau restorasi arsip",
        "legalisir arsip daerah bayar gak",
    ],
    "perikanan": [
        "nelayan tidak bisa melaut solar nelayan habis",
        "benih lele bantuan budidaya ikan mati",
        "pelelangan ikan TPI kumuh",
    ],
    "pariwisata": [
        "tiket masuk curug mahal tidak ada fasilitas",
        "wahana rusak di tempat wisata",
        "agenda event festival bulan ini apa",
    ],
    "pertanian": [
        "pupuk bersubsidi langka petani menjerit",
        "hama wereng menyerang padi kami gagal panen",
        "vaksin rabies untuk kucing gratis kapan",
    ],
    "kehutanan": [
        "penebangan liar di hutan lindung",
        "monyet turun dari hutan merusak kebun",
        "karhutla asap kebakaran hutan tebal",
    ],
    "esdm": [
        "galian C ilegal, tambang pasir merusak jalan",
        "gas melon 3 kg langka",
        "sumur bor tetangga bikin air tanah habis",
    ],
    "perdagangan": [
        "minyak goreng mahal, harga sembako naik",
        "timbangan curang di pasar, mohon tera ulang",
        "kios pasar disewakan lagi, retribusi pasar dobel",
    ],
    "perindustrian": [
        "pabrik tahu di tengah permukiman, izin industri ada?",
        "IKM kami butuh bahan baku dan merek dagang",
        "kawasan industri baru kapan jadi",
    ],
    "transmigrasi": [
        "kuota transmigrasi tahun ini",
        "syarat ikut transmigrasi",
        "lahan transmigrasi orang tua belum jelas",
    ],
    "setda": [
        "proposal hibah masjid dikirim ke mana",
        "perda tentang rokok bisa diunduh di mana, produk hukum",
        "insentif guru ngaji belum cair",
    ],
    "setwan": [
        "jadwal reses anggota dewan",
        "mau ikut rapat dengar pendapat DPRD",
        "pokir wakil rakyat kami mana",
    ],
    "inspektorat": [
        "ASN bolos nongkrong di warkop jam kerja pegawai",
        "audit dana proyek fiktif, gratifikasi",
        "penyalahgunaan wewenang dan nepotisme",
    ],
    "bappeda": [
        "usulan musrenbang kami tidak pernah masuk",
        "RPJMD bisa dibaca di mana",
        "lomba inovasi daerah kapan",
    ],
    "bkpsdm": [
        "formasi CPNS guru berapa",
        "SK PPPK belum turun",
        "tenaga honorer diangkat kapan",
    ],
    "bpkad": [
        "gedung terbengkalai aset pemda mau diapakan",
        "sewa tanah pemkot caranya",
        "pembayaran rekanan APBD belum cair",
    ],
    "bapenda": [
        "PBB saya naik 300 persen",
        "cetak SPPT online",
        "pajak restoran harus bayar berapa, keringanan pajak ada?",
    ],
    "kesbangpol": [
        "izin penelitian KKN mahasiswa",
        "ormas baru daftar ke mana",
        "partai politik baru mau lapor ke mana",
    ],
    "kewilayahan": [
        "surat keterangan ahli waris di kelurahan berapa hari",
        "ketua RT tidak mau tanda tangan surat pengantar",
        "pelayanan kecamatan lambat petugas kelurahan tidak ada",
    ],
    "air_minum": [
        "air pdam keruh dan bau",
        "meteran air rusak tagihan air bengkak",
        "pipa bocor air bersih terbuang",
    ],
}

ROWS = [(affair, raw) for affair, messages in SPOKEN.items() for raw in messages]


def test_every_affair_of_the_playbook_is_in_the_table():
    assert sorted(SPOKEN) == sorted(affair.id for affair in load().affairs)


@pytest.mark.parametrize(("affair", "raw"), ROWS)
def test_an_affair_is_recognised_in_everyday_words(affair, raw):
    assert understand(prepare(raw).text, load()).affair == affair
