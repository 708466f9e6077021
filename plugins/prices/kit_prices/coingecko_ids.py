"""Which coin of CoinGecko an asset is.

A symbol says little there: dozens of coins are called BTC or USDT. So the well-known ones are named
here, written down from CoinGecko's public identifiers; what is not here is looked up in its list and
taken only where one coin alone has the symbol. A wrong or missing one: `prices.coingecko.ids`.
"""

from __future__ import annotations

_PAIRS = """
    BTC bitcoin  ETH ethereum  USDT tether  XRP ripple  BNB binancecoin  SOL solana  USDC usd-coin  DOGE dogecoin
    ADA cardano  TRX tron  STETH staked-ether  WBTC wrapped-bitcoin  WSTETH wrapped-steth  WETH weth  LINK chainlink
    XLM stellar  AVAX avalanche-2  SUI sui  SHIB shiba-inu  LTC litecoin  HBAR hedera-hashgraph  TON the-open-network
    LEO leo-token  DOT polkadot  BCH bitcoin-cash  HYPE hyperliquid  UNI uniswap  BGB bitget-token  PEPE pepe
    USDE ethena-usde  SUSDE ethena-staked-usde  NEAR near  AAVE aave  APT aptos  ICP internet-computer  XMR monero
    ONDO ondo-finance  ETC ethereum-classic  TAO bittensor  POL polygon-ecosystem-token  MATIC matic-network
    VET vechain  ALGO algorand  RENDER render-token  FIL filecoin  KAS kaspa  ARB arbitrum  ATOM cosmos  FTM fantom
    S sonic-3  OP optimism  IMX immutable-x  INJ injective-protocol  TIA celestia  STX blockstack  SEI sei-network
    GRT the-graph  RUNE thorchain  BONK bonk  WIF dogwifcoin  FLOKI floki  JUP jupiter-exchange-solana  MKR maker
    SKY sky  USDS usds  DAI dai  SAI sai  PYTH pyth-network  THETA theta-token  LDO lido-dao  RAY raydium
    QNT quant-network  BSV bitcoin-cash-sv  XTZ tezos  FLOW flow  SAND the-sandbox  MANA decentraland
    AXS axie-infinity  GALA gala  EGLD elrond-erd-2  EOS eos  NEO neo  KAVA kava  IOTA iota  FLR flare-networks
    CRO crypto-com-chain  OKB okb  GT gatechain-token  KCS kucoin-shares  HT huobi-token  BTT bittorrent
    CFX conflux-token  CKB nervos-network  XDC xdce-crowd-sale  XEC ecash  DASH dash  ZEC zcash  CHZ chiliz
    CAKE pancakeswap-token  CRV curve-dao-token  SNX havven  COMP compound-governance-token  YFI yearn-finance
    SUSHI sushi  1INCH 1inch  BAL balancer  ZRX 0x  BAT basic-attention-token  ENJ enjincoin
    ENS ethereum-name-service  DYDX dydx-chain  GMX gmx  PENDLE pendle  ENA ethena  STRK starknet  ZK zksync
    ZRO layerzero  W wormhole  ETHFI ether-fi  EIGEN eigenlayer  JTO jito-governance-token  JITOSOL jito-staked-sol
    MSOL msol  RETH rocket-pool-eth  CBETH coinbase-wrapped-staked-eth  CBBTC coinbase-wrapped-btc
    WEETH wrapped-eeth  EZETH renzo-restaked-eth  BETH binance-eth  WBETH wrapped-beacon-eth
    BNSOL binance-staked-sol  RPL rocket-pool  FXS frax-share  FRAX frax  TUSD true-usd  FDUSD first-digital-usd
    PYUSD paypal-usd  GUSD gemini-dollar  USDP paxos-standard  BUSD binance-usd  LUSD liquity-usd  CRVUSD crvusd
    GHO gho  EURC euro-coin  EURT tether-eurt  EURS stasis-eurs  USTC terrausd  LUNC terra-luna  LUNA terra-luna-2
    PAXG pax-gold  XAUT tether-gold  FET fetch-ai  AGIX singularitynet  OCEAN ocean-protocol  AR arweave  HNT helium
    IOTX iotex  AKT akash-network  WLD worldcoin-wld  AIOZ aioz-network  GLM golem  LPT livepeer  NMR numeraire
    ROSE oasis-network  SCRT secret  OSMO osmosis  JUNO juno-network  DYM dymension  ASTR astar  GLMR moonbeam
    MOVR moonriver  KSM kusama  ACA acala  MINA mina-protocol  CELO celo  ONE harmony  ZIL zilliqa  ICX icon  QTUM qtum
    ONT ontology  ONG ong  GAS gas  WAVES waves  LSK lisk  DCR decred  DGB digibyte  RVN ravencoin  SC siacoin
    ZEN zencash  XVG verge  KMD komodo  ARK ark  STEEM steem  HIVE hive  XEM nem  XYM symbol  NANO nano  XNO nano
    BTG bitcoin-gold  ETHW ethereum-pow-iou  DENT dent  HOT holotoken  WIN wink  ANKR ankr  SKL skale  CTSI cartesi
    BAND band-protocol  OMG omisego  STORJ storj  REN republic-protocol  KNC kyber-network-crystal  BNT bancor
    LRC loopring  UMA uma  REQ request-network  API3 api3  TRB tellor  NKN nkn  RLC iexec-rlc  POWR power-ledger
    CVC civic  FUN funfair  SNT status  REP augur  MLN melon  GNO gnosis  ANT aragon  OGN origin-protocol  AUDIO audius
    MASK mask-network  ALICE my-neighbor-alice  TLM alien-worlds  ILV illuvium  YGG yield-guild-games  APE apecoin
    MAGIC magic  BLUR blur  LOOKS looksrare  GMT stepn  GST green-satoshi-token  PIXEL pixels  PORTAL portal-2
    BEAM beam-2  RONIN ronin  PRIME echelon-prime  SUPER superfarm  WAXP wax  FLUX zelcash  TFUEL theta-fuel
    JASMY jasmycoin  ACH alchemy-pay  CHR chromaway  COTI coti  CELR celer-network  SYN synapse-2
    STG stargate-finance  AXL axelar  ZETA zetachain  CVX convex-finance  SSV ssv-network  ID space-id  EDU edu-coin
    ARKM arkham  CYBER cyberconnect  HOOK hooked-protocol  HFT hashflow  RDNT radiant-capital  JOE joe
    SPELL spell-token  PERP perpetual-protocol  ALPHA alpha-finance  BAKE bakerytoken  XVS venus
    ALPACA alpaca-finance  TWT trust-wallet-token  SFP safepal  C98 coin98  REEF reef  AUCTION auction
    BADGER badger-dao  FARM harvest-finance  CREAM cream-2  RARI rarible  DODO dodo  DEXE dexe  ORN orion-protocol
    FORTH ampleforth-governance-token  AMPL ampleforth  BICO biconomy  POLS polkastarter  LINA linear
    MDT measurable-data-token  OXT orchid-protocol  PHA pha  PROM prometeus  PUNDIX pundi-x-2  QUICK quickswap
    RAD radicle  RSR reserve-rights-token  SXP swipe  T threshold-network-token  VTHO vethor-token  WRX wazirx
    XAI xai-blockchain  MANTA manta-network  ALT altlayer  DOGS dogs-2  NOT notcoin  HMSTR hamster-kombat  TURBO turbo
    MEME memecoin-2  BOME book-of-meme  PEOPLE constitutiondao  ORDI ordinals  SATS sats-ordinals  BRETT based-brett
    POPCAT popcat  MEW cat-in-a-dogs-world  MOG mog-coin  NEIRO neiro-3  GOAT goatseus-maximus
    PNUT peanut-the-squirrel  ACT act-i-the-ai-prophecy  FARTCOIN fartcoin  PENGU pudgy-penguins
    TRUMP official-trump  VIRTUAL virtual-protocol  AI16Z ai16z  SPX spx6900  GIGA gigachad-2  MOVE movement
    ME magic-eden  USUAL usual  VANA vana  MORPHO morpho  AERO aerodrome-finance  DRIFT drift-protocol  KMNO kamino
    TNSR tensor  IO io  SAFE safe  BERA berachain-bera  IP story-2  LAYER solayer  JST just  SUN sun-token  USDD usdd
    NFT apenft  SRM serum  FTT ftx-token  CEL celsius-degree-token  BORG swissborg  NEXO nexo  VIC tomochain  KAIA kaia
    SYS syscoin  STRAX stratis  PIVX pivx  GRS groestlcoin  FIRO zcoin  ERG ergo  CSPR casper-network  XCH chia
    HNS handshake  EVMOS evmos  CANTO canto  RIF rif-token  RBTC rootstock  GTC gitcoin  BLZ bluzelle  FIS stafi
    DIA dia-data  CTK certik  AMP amp-token  POND marlin  POLYX polymesh  METIS metis-token  BOBA boba-network
    MNT mantle  METH mantle-staked-ether  AGLD adventure-gold  SLP smooth-love-potion  LAZIO lazio-fan-token
    PSG paris-saint-germain-fan-token  JUV juventus-fan-token  CITY manchester-city-fan-token
    SANTOS santos-fc-fan-token  ASR as-roma-fan-token  ATM atletico-madrid  TRIBE tribe-2  FEI fei-usd  LQTY liquity
    BOND barnbridge  MIR mirror-protocol  ANC anchor-protocol  KP3R keep3rv1  ALCX alchemix  OHM olympus
    CFG centrifuge  EWT energy-web-token  DUSK dusk-network  NYM nym  KDA kadena  ELF aelf  WAN wanchain  AION aion
    NULS nuls  IRIS iris-network  LOOM loom-network-new  MTL metal  DOCK dock  KEY selfkey  STMX storm  VITE vite
    WTC waltonchain  WNXM wrapped-nxm  OM mantra-dao  MX mx-token  DEXT dextools  TEL telcoin  QUBIC qubic-network
    ALPH alephium  RLB rollbit-coin  COQ coq-inu  BABYDOGE baby-doge-coin  SAMO samoyedcoin  ELON dogelon-mars
    GNS gains-network  LYX lukso-token-2  ORCA orca  MNDE marinade  SLND solend  ATLAS star-atlas
    POLIS star-atlas-dao  CORE coredaoorg  WEMIX wemix-token  WOO woo-network  TRAC origintrail  CET coinex-token
    FIDA bonfida  COW cow-protocol  SCR scroll  AEVO aevo-exchange  TBTC tbtc  FRXETH frax-ether
    SFRXETH staked-frax-ether  SAVAX benqi-liquid-staked-avax  NXM nxm  CTC creditcoin-2  XCN chain-2
    GAL project-galaxy  LCX lcx  ACX across-protocol  GRASS grass  ATH aethir  ETHDYDX dydx
"""
_WORDS = _PAIRS.split()
COINGECKO_IDS: dict[str, str] = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))

# What CoinGecko can count in: its `vs_currencies`.
_COUNTED = """
    AED ARS AUD BCH BDT BHD BMD BNB BRL BTC CAD CHF CLP CNY CZK DKK DOT EOS ETH EUR GBP GEL HKD HUF IDR ILS INR
    JPY KRW KWD LINK LKR LTC MMK MXN MYR NGN NOK NZD PHP PKR PLN RUB SAR SEK SGD THB TRY TWD UAH USD VND
    XAG XAU XLM XRP YFI ZAR
"""
COUNTED_IN = frozenset(_COUNTED.split())
